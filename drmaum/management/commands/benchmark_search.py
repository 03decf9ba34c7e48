"""`manage.py benchmark_search`: the search of the library at sizes that it has not yet."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from drmaum.benchmark import library, peers
from drmaum.benchmark.running import machine
from inference.evaluation.world import world


class Command(BaseCommand):
    help = (
        "Store synthetic passages in a database that is made for it and thrown away, build the"
        " index, and ask the product's own search with its filters: milliseconds, recall@10"
        " against exact, minutes to build, bytes. hnswlib and usearch are measured in this process"
        " on the same vectors, where they are installed (without filters). A million passages take"
        " about half an hour on two cores, and 8 GB."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sizes", default="10000,100000", help="passages, e.g. 10000,1000000")
        parser.add_argument("--without-peers", action="store_true", help="our own search only")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options: Any) -> None:
        try:
            sizes = [int(size) for size in options["sizes"].split(",")]
        except ValueError as error:
            raise CommandError("--sizes are whole numbers with commas", returncode=2) from error
        found = []
        for size in sizes:
            with world(with_library=False):
                row = library.measure(size, self.stderr.write)
            if not options["without_peers"]:
                collection, questions = library.synthetic(size)
                row["peers"] = peers.measure(collection.vectors, questions, self.stderr.write)
            found.append(row)
        told = {"machine": machine(), "sizes": found}
        if options["json"]:
            self.stdout.write(json.dumps(told, indent=2))
            return
        self.stdout.write(f"machine: {told['machine']}")
        for row in found:
            for name, value in row.items():
                self.stdout.write(f"{name}: {value}")
