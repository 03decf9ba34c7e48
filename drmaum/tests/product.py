"""The real product, started as an owner would start it, for tests of whole processes."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from drmaum.stack.places import ROOT
from drmaum.stack.postgres import free_port

START_SECONDS = 150


class RunningProduct:
    """`manage.py up` in a state folder of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.log = folder / "up.log"
        # The servers of the test run are not this product's.
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "EMBEDDED", "DATABASE_POOL")
        }
        self._environment = {**kept, **environment, "DRMAUM_VAR": str(folder)}

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--no-open", "--port", str(self.port)],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.is_answering():
                return
            time.sleep(0.2)  # noqa: TID251  (a real process starts)
        raise AssertionError(f"the product did not start:\n{self.log.read_text()[-3000:]}")

    def is_answering(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=2):
                return True
        except OSError:
            return False

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)

    def children(self) -> dict[str, int]:
        """Program -> pid of the product's direct children."""
        listing = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        names = {
            "daphne": "web",
            "-Q answers": "answers",
            "-Q work": "work",
            "-Q speech": "speech",
            "beat": "beat",
        }
        names |= {"bin/postgres": "postgres", "redis.conf": "redis", "valkey": "redis"}
        found: dict[str, int] = {}
        for line in listing.splitlines():
            pid, _, command = line.strip().partition(" ")
            for part, name in names.items():
                if part in command:
                    found.setdefault(name, int(pid))
        return found

    def manage(self, *arguments: str) -> str:
        """What a command of this product prints, run beside it."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def last_code(self) -> str:
        """The digits of the newest mail."""
        newest = sorted((self.folder / "mail").glob("*.eml"))[-1]
        import email
        import email.policy

        letter = email.message_from_bytes(newest.read_bytes(), policy=email.policy.default)
        found = re.search(r"\b(\d{6})\b", letter.get_body(("plain",)).get_content())
        assert found
        return found.group(1)


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return status != "Z"
