"""How a program that opens a stranger's file gives up what it does not need.

Run by `sandbox.look` as a process of its own; standard library only, and no Django.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from typing import Any

MEGABYTE = 1024 * 1024
LARGEST_OUTPUT = 64 * MEGABYTE


class RefusedError(Exception):
    """The file is not taken; the code says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def confine(megabytes: int, seconds: int) -> None:
    """Bound memory, processor time and what may be written, for good."""
    limits = {
        resource.RLIMIT_AS: megabytes * MEGABYTE,
        resource.RLIMIT_FSIZE: LARGEST_OUTPUT,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        resource.setrlimit(what, (most, most))
    # Told apart from a kill from outside: SIGXCPU first.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    os.nice(10)


def main(look: Callable[..., dict[str, Any]]) -> None:
    """Look into a file and print what was found: facts, or a refusal."""
    megabytes, seconds, *arguments = sys.argv[1:]
    confine(int(megabytes), int(seconds))
    try:
        found: dict[str, Any] = {"facts": look(*arguments)}
    except RefusedError as error:
        found = {"refusal": error.code}
    except MemoryError:
        found = {"refusal": "file_too_large"}
    print(json.dumps(found))  # noqa: T201  (the parent reads it)
