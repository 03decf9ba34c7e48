"""`manage.py reindex_knowledge`: bring the library in the database up to the files."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from drmaum.lib.errors import Refusal
from drmaum.lib.help import HelpFormatter
from inference.knowledge import index, runs
from inference.knowledge.embedders.registry import UnknownModel
from inference.models import IndexRun

FATES = ("new", "changed", "removed", "unchanged", "failed")

EPILOG = """\
examples:
  manage.py reindex_knowledge --dry-run             what differs, nothing is stored
  manage.py reindex_knowledge                       store what is new or changed
  manage.py reindex_knowledge --retry-failed        only what failed in the last run
  manage.py reindex_knowledge --model own/bge-m3    another embedding model takes over

Articles are compared by the hash of their content. The old passages of an article answer until
its new ones are stored. Another model's vectors are built beside the live ones and take their
place at the end, when none is missing. An interrupted run can simply be started again. The
models are listed in drmaum/embeddings.toml.

exit codes: 0 all is indexed; 1 articles failed, or another run is on; 2 wrong arguments.
"""


class Command(BaseCommand):
    help = "Store new and changed articles of the library with their vectors and words."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = HelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("--dry-run", action="store_true", help="print the difference only")
        parser.add_argument("--full", action="store_true", help="store unchanged articles as well")
        parser.add_argument(
            "--retry-failed", action="store_true", help="only the articles that failed last time"
        )
        parser.add_argument("--model", metavar="NAME", default="", help="embed with this model")
        parser.add_argument(
            "--ship", action="store_true", help="first write the vectors that are shipped"
        )
        parser.add_argument("--folder", type=Path, default=index.FOLDER, help="where the .md lie")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: Any) -> None:
        if not options["folder"].is_dir():
            raise CommandError(f"{options['folder']} is not a folder", returncode=2)
        if options["ship"]:
            self._ship(options["folder"])
        drafts, difference = runs.plan(
            folder=options["folder"],
            is_full=options["full"],
            only_failed=options["retry_failed"],
        )
        if not options["dry_run"]:
            model = options["model"] or (runs.failed_model() if options["retry_failed"] else "")
            self._execute(drafts, difference, model, is_full=options["full"])
        self._report(difference, as_json=options["json"])

    def _ship(self, folder: Path) -> None:
        drafts, _ = index.read_folder(folder)
        with _bar() as bar:
            task = bar.add_task("vectors", total=len(drafts))
            for _done in index.ship_vectors(drafts):
                bar.advance(task)

    def _execute(self, drafts: Any, difference: Any, model: str, *, is_full: bool) -> None:
        run = IndexRun(model=model, is_full=is_full)
        try:
            with _bar() as bar:
                task = bar.add_task("articles", total=len(difference.todo))
                for done in runs.execute(run, drafts, difference):
                    bar.update(task, completed=done, total=run.total)
        except Refusal as error:
            raise CommandError(str(error.message)) from error
        except UnknownModel as error:
            raise CommandError(str(error), returncode=2) from error

    def _report(self, difference: Any, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(vars(difference), ensure_ascii=False, indent=2))
        else:
            for fate in FATES:
                self.stdout.write(f"{fate:>10}: {len(getattr(difference, fate))}")
        for slug, reason in difference.failed.items():
            self.stderr.write(f"failed: {slug}: {reason}")
        if difference.failed:
            raise CommandError(f"{len(difference.failed)} failed; see --retry-failed")


class Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


def _bar() -> Progress:
    """On the error stream, so that --json stays clean."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate())
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))
