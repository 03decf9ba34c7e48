"""Children of one foreground process: prefixed logs, restart with back-off, prompt stop."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

COLOURS = ("\033[36m", "\033[35m", "\033[32m", "\033[33m", "\033[34m", "\033[31m")
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0
STEADY_SECONDS = 30.0

_prctl: Callable[..., int] | None = None
if sys.platform == "linux":
    import ctypes

    # Resolved here, in the parent: a child that became "nobody" may not be able to load it.
    _prctl = ctypes.CDLL(None, use_errno=True).prctl


def die_with_parent(stop: signal.Signals) -> Callable[[], None]:
    """A preexec function: the kernel sends `stop` to the child when its parent is killed."""

    def arm() -> None:
        if _prctl is not None:
            _prctl(1, int(stop))  # PR_SET_PDEATHSIG

    return arm


@dataclass
class Program:
    """What to run, and how it wants to be stopped."""

    name: str
    argv: list[str]
    stop: signal.Signals = signal.SIGTERM
    environment: dict[str, str] = field(default_factory=dict)
    popen: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None


class Supervisor:
    """Starts programs, keeps them alive, stops all of them."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._programs: list[Program] = []
        self._speech = threading.Lock()
        self._colour = sys.stdout.isatty()

    def start(self, program: Program) -> None:
        self._programs.append(program)
        self._spawn(program)
        threading.Thread(target=self._keep, args=[program], daemon=True).start()

    def say(self, name: str, line: str) -> None:
        prefix = f"{name:>8} | "
        if self._colour:
            names = [program.name for program in self._programs]
            index = names.index(name) if name in names else len(COLOURS) - 1
            prefix = f"{COLOURS[index % len(COLOURS)]}{prefix}\033[0m"
        with self._speech, contextlib.suppress(BrokenPipeError):
            sys.stdout.write(prefix + line.rstrip() + "\n")
            sys.stdout.flush()

    def stop(self, seconds: float = 9.0) -> None:
        """Stop everything: the product's own processes together, then their servers."""
        self.stopping.set()
        servers = [p for p in self._programs if p.name in ("postgres", "redis", "traces")]
        own = [p for p in self._programs if p not in servers]
        self._stop_group(own, seconds * 0.6)
        self._stop_group(reversed(servers), seconds * 0.4)

    def _spawn(self, program: Program) -> None:
        program.process = subprocess.Popen(  # noqa: S603
            program.argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            bufsize=1,
            start_new_session=True,
            preexec_fn=die_with_parent(program.stop),
            env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
            **program.popen,
        )

    def _keep(self, program: Program) -> None:
        """Relay the log; when the child ends on its own, start it again after a pause."""
        pause = FIRST_PAUSE
        while True:
            born = time.monotonic()
            self._relay(program)
            if self.stopping.is_set():
                return
            if time.monotonic() - born > STEADY_SECONDS:
                pause = FIRST_PAUSE
            code = program.process.returncode if program.process else None
            self.say(program.name, f"ended with {code}; starting it again in {pause:g} s")
            if self.stopping.wait(pause):
                return
            pause = min(pause * 2, LONGEST_PAUSE)
            self._spawn(program)

    def _relay(self, program: Program) -> None:
        process = program.process
        if process is None or process.stdout is None:
            return
        for line in process.stdout:
            self.say(program.name, line)
        process.wait()

    def _stop_group(self, programs: Iterable[Program], seconds: float) -> None:
        living = [p.process for p in programs if p.process and p.process.poll() is None]
        stops = {p.process: p.stop for p in self._programs}
        for process in living:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(stops[process])
        deadline = time.monotonic() + seconds
        for process in living:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
