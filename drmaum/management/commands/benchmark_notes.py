"""`manage.py benchmark_notes`: the portal's queue with more notes than any clinic has."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from drmaum.benchmark import notes
from drmaum.benchmark.running import machine
from inference.evaluation.world import world


class Command(BaseCommand):
    help = (
        "Store made-up notes in a database that is made for it and thrown away, sign a vet in, and"
        " open the pages of the queue through the whole web stack: milliseconds at the median and"
        " at the 95th percentile, a page. 100,000 notes take about two minutes to store."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--notes", type=int, default=100_000, help="how many notes")
        parser.add_argument("--rounds", type=int, default=40, help="openings of each page")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options: Any) -> None:
        with world(with_library=False):
            found = notes.measure(options["notes"], options["rounds"], self.stderr.write)
        told = {"machine": machine(), **found}
        if options["json"]:
            self.stdout.write(json.dumps(told, indent=2))
            return
        for name, value in told.items():
            self.stdout.write(f"{name}: {value}")
