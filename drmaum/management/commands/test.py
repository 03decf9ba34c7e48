"""`manage.py test`: everything that CI tests, on real PostgreSQL and Redis."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from drmaum.stack.places import ROOT


class Command(BaseCommand):
    help = (
        "Run the tests with pytest on an embedded PostgreSQL and Redis, in two processes."
        " Further arguments go to pytest: `manage.py test chat -k resume`."
    )
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Hand every argument to pytest, whatever it looks like."""
        if "--help" in argv[2:]:
            super().run_from_argv(argv)
            return
        self.handle(arguments=argv[2:])

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("arguments", nargs="*", help="passed to pytest")

    def handle(self, **options: Any) -> None:
        given = options["arguments"]
        spread = [] if any(part.startswith(("-n", "-x", "-k")) for part in given) else ["-n", "2"]
        command = [sys.executable, "-m", "pytest", *spread, *given]
        environment = {key: value for key, value in os.environ.items() if key != "SECRET_KEY"}
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)  # noqa: S603
        sys.exit(done.returncode)
