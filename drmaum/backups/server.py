"""The database of a backup, by PostgreSQL's own tools: one dump, one consistent moment.

A restored database is built beside the live one and takes its name in one statement, so a restore
that fails, or is killed, leaves everything as it was.
"""

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from drmaum.stack.services import Services

FRESH, OLD = "{}_restoring", "{}_before"


class ServerError(Exception):
    """The server or its tools refused; the message says why."""


def dump(url: str, target: Path) -> None:
    """Everything in the database at `url`, as of one moment, while others go on writing.

    Raises ServerError.
    """
    target.touch(mode=0o600)
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", "-f", str(target))


def build(url: str, source: Path) -> str:
    """A fresh database beside the one at `url`, filled from a dump. Returns its address.

    Raises ServerError.
    """
    fresh = FRESH.format(_name(url))
    address = _named(url, fresh)
    _on_server(url, _drop(fresh), sql.SQL("create database {}").format(sql.Identifier(fresh)))
    _run(
        "pg_restore", address, "--no-owner", "--no-privileges", "--exit-on-error", "-j", "2",
        "-d", fresh, str(source),
    )  # fmt: skip
    return address


def take_over(url: str) -> None:
    """The fresh database becomes the live one; the earlier one is dropped. Raises ServerError."""
    live = _name(url)
    fresh, old = FRESH.format(live), OLD.format(live)
    rename = sql.SQL("alter database {} rename to {}")
    _on_server(
        url,
        _drop(old),
        sql.SQL(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname in ({}, {})"
        ).format(live, fresh),
        rename.format(sql.Identifier(live), sql.Identifier(old)),
        rename.format(sql.Identifier(fresh), sql.Identifier(live)),
        _drop(old),
    )


def is_empty(url: str) -> bool:
    """Whether nobody has an account there yet. Raises ServerError."""
    try:
        with psycopg.connect(url, connect_timeout=5) as link:
            there = link.execute("select to_regclass('profiles_user')").fetchone()
            if there is None or there[0] is None:
                return True
            return link.execute("select 1 from profiles_user limit 1").fetchone() is None
    except psycopg.Error as error:
        raise ServerError(str(error).strip()) from error


def _drop(name: str) -> sql.Composed:
    return sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))


def _on_server(url: str, *statements: sql.Composed) -> None:
    """Run statements that stand outside any transaction, in the server's own database."""
    try:
        with psycopg.connect(_named(url, "postgres"), autocommit=True, connect_timeout=5) as link:
            for statement in statements:
                link.execute(statement)
    except psycopg.Error as error:
        raise ServerError(str(error).strip()) from error


def _run(tool: str, url: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools; the password goes by the environment, where `ps` sees none."""
    parts = urlsplit(url)
    environment = {
        **os.environ,
        "PGHOST": parts.hostname or "127.0.0.1",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": _name(url),
    }
    argv = [_tool(tool), *arguments]
    done = subprocess.run(  # noqa: S603
        argv, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ServerError(f"{tool}: {done.stderr.strip()[-600:]}")


def _tool(name: str) -> str:
    """The embedded server's own tool, or the system's. Raises ServerError."""
    try:
        found = Services().postgres.binary(name)
    except SystemExit:
        found = Path(name)
    if found.exists():
        return str(found)
    system = shutil.which(name)
    if system is None:
        raise ServerError(f"{name} is not installed")
    return system


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _named(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
