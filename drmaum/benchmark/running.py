"""The whole product, started for a measurement in a state folder of its own."""

import os
import platform
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from drmaum.stack.places import ROOT
from drmaum.stack.postgres import free_port


class Product:
    """A running `manage.py up`: its address, its start-up time, its processes."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._begun = time.perf_counter()
        self._log = (folder / "up.log").open("w")
        kept = {k: v for k, v in os.environ.items() if k not in ("SECRET_KEY", "DATABASE_URL")}
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "manage.py", "up", "--demo", "--no-open", "--port", str(self.port)],
            cwd=ROOT,
            env={**kept, **environment, "DRMAUM_VAR": str(folder)},
            stdout=self._log,
            stderr=self._log,
        )

    def wait(self, seconds: float = 120) -> float:
        """Wait until the web process answers. Returns the seconds since the start."""
        deadline = time.monotonic() + seconds
        pause = 0.1
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=1):  # noqa: S310
                    return time.perf_counter() - self._begun
            except OSError:
                time.sleep(pause)  # noqa: TID251  (waits for a process to start)
            if self.process.poll() is not None:
                break
        raise RuntimeError("the product did not start; see up.log in its folder")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        self._log.close()

    def memory(self) -> dict[str, float]:
        """Resident MB of each of its processes, children of one name added up."""
        found: dict[str, float] = {}
        for pid in _descendants(self.process.pid):
            with suppress(OSError):  # one that has ended meanwhile
                name = _name(pid)
                found[name] = found.get(name, 0) + _resident(pid)
        return found

    def processor_seconds(self) -> float:
        """CPU seconds of all its processes so far."""
        return sum(_processor(pid) for pid in _descendants(self.process.pid))


@contextmanager
def running(folder: Path, environment: Mapping[str, str]) -> Iterator[Product]:
    product = Product(folder, environment)
    try:
        yield product
    finally:
        product.stop()


def _descendants(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int(_stat(int(entry.name))[1])
            except OSError:
                continue
    found, fresh = [], [root]
    while fresh:
        found.extend(fresh)
        fresh = [pid for pid, parent in parents.items() if parent in fresh]
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command's name."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _name(pid: int) -> str:
    line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    names = {
        "daphne": "web",
        "-Q answers": "answers",
        "-Q work": "work",
        "-Q speech": "speech",
        " beat": "beat",
    }
    names |= {"postgres": "postgres", "valkey": "redis", "redis": "redis", "manage.py up": "up"}
    return next((name for part, name in names.items() if part in line), "other")


def _resident(pid: int) -> float:
    """Private and shared memory charged once: the proportional set size, in MB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _processor(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
