"""`manage.py benchmark_pages`: what the first page and a talk weigh, and how soon they are usable."""

import json
import tempfile
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from drmaum.benchmark import pages
from drmaum.benchmark.running import machine, running


class Command(BaseCommand):
    help = (
        "Start the whole product and visit its first page, its login and a talk with an answer in"
        " it, in a real Chromium of a phone's size whose processor is slowed four times, each with"
        " an empty cache: kilobytes (compressed), milliseconds until the page can be used, and"
        " layout shift, at the median. Needs Chromium and the development packages."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rounds", type=int, default=5, help="visits of each page")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options: Any) -> None:
        with tempfile.TemporaryDirectory(prefix="drmaum-benchmark-") as name:
            state = Path(name)
            state.chmod(0o755)
            with running(state, {}) as product:
                product.wait()
                try:
                    found = pages.measure(product.address, options["rounds"])
                except pages.NoBrowserError as error:
                    raise CommandError("There is no Chromium to visit the pages with.") from error
        if options["json"]:
            told = {"machine": machine(), "pages": [asdict(one) for one in found]}
            self.stdout.write(json.dumps(told, indent=2))
            return
        self.stdout.write(f"{'page':10}{'KB':>8}{'usable ms':>12}{'shift':>8}")
        for one in found:
            self.stdout.write(
                f"{one.page:10}{one.kilobytes:>8}{one.usable_ms:>12.0f}{one.shift:>8}"
            )
