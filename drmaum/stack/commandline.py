"""Hand a command line to Django, with the embedded servers lent to it where it needs them."""

import errno
import os
import sys

import environ
from django.core.management import execute_from_command_line

from drmaum.stack import keeping
from drmaum.stack.places import ROOT
from drmaum.stack.services import Services

# These bring their own servers or need none.
UNAIDED = {
    "test",
    "benchmark",
    "help",
    "version",
    "makemessages",
    "compilemessages",
    "spectacular",
    "--help",
}


def run(argv: list[str]) -> int:
    """Run one management command. Returns the exit code; a full disk is one sentence."""
    environ.Env.read_env(ROOT / ".env")
    try:
        _run(argv)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print("Dr. 마음: the disk is full.", file=sys.stderr)
        return 1
    return 0


def _run(argv: list[str]) -> None:
    services = Services()
    if len(argv) < 2 or argv[1] in UNAIDED or "--help" in argv or "-h" in argv:
        os.environ.setdefault("SECRET_KEY", services.state.secret_key)
        execute_from_command_line(argv)
    elif argv[1] == "up":
        with services.kept():
            keeping.remember(services)
            execute_from_command_line(argv)
    else:
        with services.lent():
            execute_from_command_line(argv)
