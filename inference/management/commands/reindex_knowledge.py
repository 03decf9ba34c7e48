"""`manage.py reindex_knowledge`: bring the library in the database up to the files."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from inference.knowledge import index


class Command(BaseCommand):
    help = (
        "Read the articles, compare them by content hash with the database, and store what is new"
        " or changed; remove what is gone. The old passages of an article answer until its new"
        " ones are stored. An interrupted run can simply be started again. Exit code 1 while any"
        " article failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="print the difference only")
        parser.add_argument("--full", action="store_true", help="store unchanged articles as well")
        parser.add_argument(
            "--ship",
            action="store_true",
            help="also write the vectors of the built-in articles to the file that is shipped",
        )
        parser.add_argument("--folder", type=Path, default=index.FOLDER, help="where the .md lie")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: Any) -> None:
        drafts, failed = index.read_folder(options["folder"])
        if options["ship"]:
            with self._progress() as bar:
                task = bar.add_task("vectors", total=None)
                count = index.ship_vectors(drafts, lambda step: bar.advance(task, step))
            self.stderr.write(f"{count} vectors in {index.SHIPPED.name}")
        difference = index.compare(drafts, failed, is_full=options["full"])
        if not options["dry_run"]:
            todo = len(difference.new) + len(difference.changed)
            with self._progress() as bar:
                task = bar.add_task("articles", total=todo)
                index.reindex(drafts, difference, lambda step: bar.advance(task, step))
        self._report(difference, as_json=options["json"])

    def _progress(self) -> Progress:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        return Progress(*columns, TimeRemainingColumn())

    def _report(self, difference: index.Difference, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(vars(difference), ensure_ascii=False, indent=2))
        else:
            for fate in ("new", "changed", "removed", "unchanged", "failed"):
                self.stdout.write(f"{fate:>10}: {len(getattr(difference, fate))}")
        for slug, reason in difference.failed.items():
            self.stderr.write(f"failed: {slug}: {reason}")
        if difference.failed:
            raise CommandError(f"{len(difference.failed)} articles failed")
