"""`manage.py find_gaps`: what owners asked in a week and the library could not answer well."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from drmaum.lib.help import HelpFormatter
from inference.knowledge import gap_rows, gaps
from inference.knowledge.embed import EmbeddingError
from inference.knowledge.gaps import Gap

EPILOG = """\
examples:
  manage.py find_gaps                        the last week that is over; it runs every Monday too
  manage.py find_gaps --week 2026-11-18      the week of that day, from its Monday
  manage.py find_gaps --dry-run --json       only print, nothing is stored

A question counts when the search found no evidence for it or hardly enough, when its answer was
rated "not helpful", or says that no evidence was found. Questions that mean the same are one gap;
an owner's count once in it. Names, phone numbers, e-mail addresses and register numbers are
masked before anything is stored or printed. Run again, the gaps of a week keep their rows, and
what staff did with them in the portal.

exit codes: 0 found, also when there is no gap; 1 the questions could not be embedded; 2 wrong
arguments.
"""


class Command(BaseCommand):
    help = "Collect the questions of a week that the library could not answer well, by meaning."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = HelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("--week", type=_day, metavar="DATE", help="a day of the week")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--dry-run", action="store_true", help="store nothing")

    def handle(self, **options: Any) -> None:
        week = gaps.week_of(options["week"]) if options["week"] else gaps.last_week()
        try:
            found = gaps.find(week)
        except EmbeddingError as error:
            raise CommandError(f"the questions could not be embedded: {error}") from error
        if not options["dry_run"]:
            gap_rows.store(week=week, found=found)
        if options["json"]:
            body = {"week": week.isoformat(), "gaps": [_as_json(gap) for gap in found]}
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=2))
        else:
            self._report(week, found)

    def _report(self, week: date, found: Sequence[Gap]) -> None:
        self.stdout.write(f"week of {week}: {len(found)} gaps")
        for gap in found:
            counts = [f"{name} {count}" for name, count in _counts(gap).items() if count]
            self.stdout.write(f"{len(gap.questions):>5}  {gap.title}  ({', '.join(counts)})")


def _as_json(gap: Gap) -> dict[str, Any]:
    asked = [
        {"text": one.text, "species": one.species, "reasons": list(one.reasons)}
        for one in gap.questions
    ]
    return {"title": gap.title, "size": len(asked), **_counts(gap), "questions": asked}


def _counts(gap: Gap) -> dict[str, int]:
    return {name: sum(name in one.reasons for one in gap.questions) for name in gaps.REASONS}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date like 2026-11-18") from error
