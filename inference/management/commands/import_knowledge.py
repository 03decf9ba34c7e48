"""`manage.py import_knowledge`: bring documents into the library as articles."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from drmaum.lib.errors import Refusal
from drmaum.lib.help import HelpFormatter
from inference import keeping
from inference.knowledge import catching_up
from inference.knowledge.importing import terms
from inference.knowledge.importing.given import Given
from inference.knowledge.importing.lines import url_of, year_of
from inference.knowledge.importing.reading import MOST_BYTES, read
from inference.knowledge.loading import ArticleError, Draft

FATES = ("new", "changed", "unchanged", "withdrawn")

EPILOG = """\
examples:
  manage.py import_knowledge guide.pdf --publisher 대한수의사회 --title "보호자 안내서" \\
      --year 2025 --licence "전재 허락 2026-01-05" --species dog,cat
  manage.py import_knowledge articles.csv --dry-run      what would be stored, nothing is
  manage.py import_knowledge notes/*.md --checked        you vouch for text and sources

Markdown (with or without front matter), HTML, PDF with text, and CSV (a row an article) are read.
What a file says of itself comes before the arguments; a publisher, a title of the source and a
licence are required. The same document of the same source updates what it brought in before.
Without --checked an article is a draft: it answers when somebody has checked it in the portal.

exit codes: 0 all is stored and indexed; 1 something was left out, held back or not indexed;
2 wrong arguments.
"""


class Command(BaseCommand):
    help = "Store Markdown, HTML, PDF and CSV files as articles, with their vectors and words."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = HelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--publisher", default="", help="who published the source")
        parser.add_argument("--title", default="", help="the title of the source")
        parser.add_argument("--year", type=_told(year_of), help="its year")
        parser.add_argument("--url", type=_told(url_of), help="its address")
        parser.add_argument("--licence", default="", help="under which terms it may be used")
        parser.add_argument(
            "--species", default=(), type=_told(terms.species_of), help="as dog,cat; else all"
        )
        parser.add_argument("--category", type=_told(terms.category_of))
        parser.add_argument("--urgency", type=_told(terms.urgency_of), help="else soon")
        parser.add_argument(
            "--expires", type=_told(terms.date_of), metavar="DATE", help="else in a year"
        )
        parser.add_argument(
            "--checked", action="store_true", help="you have held the text against its sources"
        )
        parser.add_argument("--dry-run", action="store_true", help="read only, store nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: Any) -> None:
        given = _given(options)
        missing = [str(path) for path in options["files"] if not path.is_file()]
        if missing:
            raise CommandError(f"no such file: {', '.join(missing)}", returncode=2)
        drafts, skipped = _read_all(options["files"], given)
        if options["dry_run"]:
            told: dict[str, Any] = {"would_store": [_line(draft) for draft in drafts]}
        else:
            told = self._store(drafts)
        self._report({**told, "skipped": skipped}, as_json=options["json"])

    def _store(self, drafts: Sequence[Draft]) -> dict[str, Any]:
        found = keeping.import_articles(drafts=drafts, is_indexed_later=False)
        failed: dict[str, str] = {}
        waiting = [draft.slug for draft in drafts]
        try:
            with _bar() as bar:
                task = bar.add_task("indexing", total=len(found.new) + len(found.changed))
                for _slug in catching_up.index_articles(waiting, failed):
                    bar.advance(task)
        except Refusal as error:
            failed["index"] = f"{error.code}: stored, but another run of indexing is on"
        return {**vars(found), "not_indexed": failed}

    def _report(self, told: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            for fate in FATES:
                self.stdout.write(f"{fate:>11}: {len(told.get(fate, ()))}")
            for line in told.get("would_store", ()):
                self.stdout.write(f"would store: {line}")
        wrong = 0
        for fate in ("skipped", "refused", "held", "not_indexed"):
            for name, reason in told.get(fate, {}).items():
                wrong += 1
                self.stderr.write(f"{fate.replace('_', ' ')}: {name}: {reason}")
        if wrong:
            raise CommandError(f"{wrong} left out, held back or not indexed")


def _given(options: dict[str, Any]) -> Given:
    expires: date | None = options["expires"]
    if expires is not None and expires <= timezone.localdate():
        raise CommandError(f"--expires {expires} is not in the future", returncode=2)
    names = ("publisher", "title", "url", "licence", "category", "urgency")
    return Given(
        today=timezone.localdate(),
        year=str(options["year"] or ""),
        expires_at=expires,
        is_checked=options["checked"],
        species=options["species"],
        **{name: options[name] or "" for name in names},
    )


def _read_all(files: Sequence[Path], given: Given) -> tuple[list[Draft], dict[str, str]]:
    """The drafts of all files, and why some could not be read. An article comes once."""
    drafts: dict[str, Draft] = {}
    skipped: dict[str, str] = {}
    with _bar() as bar:
        for path in bar.track(files, description="reading"):
            try:
                found = read(path.name, _bytes(path), given)
                twice = [one.title for one in found if one.slug in drafts]
                if twice:
                    raise ArticleError(f"another file brings the same article: {twice[0]}")
                drafts |= {one.slug: one for one in found}
            except (ArticleError, OSError) as error:
                skipped[str(path)] = str(error)
    return list(drafts.values()), skipped


def _bytes(path: Path) -> bytes:
    """No more than what shows that the file is too large."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _line(draft: Draft) -> str:
    species = ",".join(draft.species)
    return f"{draft.title} [{species}; {draft.urgency}; {draft.status}; until {draft.expires_at}]"


def _told(read_one: Any) -> Any:
    """A reader of one argument whose reason is told as argparse does: exit code 2."""

    def read_argument(text: str) -> Any:
        try:
            return read_one(text)
        except ArticleError as error:
            raise ArgumentTypeError(str(error)) from error

    return read_argument


def _bar() -> Progress:
    """On the error stream, so that --json stays clean."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))
