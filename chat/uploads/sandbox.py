"""Looking into a stranger's file in a process that is bounded in memory and time.

A decoder that is led astray by a file takes that process with it and nothing else: it has no
secret in its environment, and its limits end it.
"""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

PHOTOS, PROBING = "chat.uploads.photos", "chat.uploads.probing"
# Ended by its own limit on processor time, or broken by the file.
FILE_S_FAULT = {signal.SIGXCPU, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE}
STARTING_SECONDS = 15


class LookFailedError(Exception):
    """The process ended without a finding: killed, or out of wall-clock time."""


@dataclass(frozen=True)
class Finding:
    """What is in a file; or the code of why it is refused."""

    facts: dict[str, Any] = field(default_factory=dict)
    refusal: str = ""


def look(program: str, *arguments: str) -> Finding:
    """Run one of the two programs over a file. Raises LookFailedError."""
    seconds = settings.MEDIA_CHECK_SECONDS
    limits = [str(settings.MEDIA_CHECK_MEGABYTES), str(seconds)]
    try:
        done = subprocess.run(  # noqa: S603  (our own program; the file's name is ours too)
            [sys.executable, "-E", "-s", "-m", program, *limits, *arguments],
            cwd=settings.BASE_DIR,
            env={"LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds + STARTING_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LookFailedError("timeout") from error
    if -done.returncode in FILE_S_FAULT:
        return Finding(refusal="file_unreadable")
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise LookFailedError(f"exit {done.returncode} {' '.join(told)}"[:200])
    return Finding(**json.loads(done.stdout.splitlines()[-1]))
