"""`manage.py load_clinics`: bring the clinics in the database up to a register."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from drmaum.lib.help import HelpFormatter
from inference.clinics import loading, marks, projection, register, shipped

EXAMPLES = 3
FATES = ("added", "changed", "closed", "unchanged", "newer", "absent")

EPILOG = """\
examples:
  manage.py load_clinics                                the table that comes along
  manage.py load_clinics 동물병원.csv --dry-run         what a new register would change
  manage.py load_clinics 동물병원.csv --ship            store it, and ship its open clinics
  manage.py load_clinics --marks marks.csv              24 hours, night, exotic pets

FILE is the register of animal hospitals (동물_동물병원) of 행정안전부 지방행정 인허가데이터, as
published: CP949 or UTF-8, the columns of any year. Loading it again changes nothing. A clinic
that is not in FILE is left and counted as "absent"; one that is known from a later day is left
and counted as "newer". Nothing is deleted.

A CSV of marks has the columns key,kind,source,noted_on, in UTF-8; kind is one of open_24h,
night, exotic, not_exotic.

exit codes: 0 done, whatever single rows were left out; 1 a file could not be used, or a mark was
left out; 2 wrong arguments.
"""


class Command(BaseCommand):
    help = "Add, change and close clinics by their key, from a register of animal hospitals."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = HelpFormatter
        parser.epilog = EPILOG
        parser.add_argument(
            "file", nargs="?", type=Path, metavar="FILE", help="a register; without it our own"
        )
        parser.add_argument("--marks", type=Path, metavar="CSV", help="then load these marks")
        parser.add_argument(
            "--crs", default=projection.REGISTER, help="the coordinates of FILE (%(default)s)"
        )
        parser.add_argument(
            "--as-of", type=_day, metavar="DAY", help="the day of FILE; else its newest update"
        )
        parser.add_argument("--dry-run", action="store_true", help="print the difference only")
        parser.add_argument(
            "--ship", action="store_true", help="also write the table that comes along from FILE"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: Any) -> None:
        if options["file"] is None and (options["ship"] or options["as_of"]):
            raise CommandError("--ship and --as-of need a FILE", returncode=2)
        try:
            rows, as_of = self._rows(options)
            difference = self._load(rows, as_of, is_dry_run=options["dry_run"])
            marked = self._marks(options["marks"], is_dry_run=options["dry_run"])
            if options["ship"] and not options["dry_run"]:
                self._ship(rows, as_of)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self._report(as_of, difference, marked, as_json=options["json"])
        if marked and marked.skipped:
            raise CommandError(f"{len(marked.skipped)} marks were left out")

    def _rows(self, options: dict[str, Any]) -> tuple[list[register.Row | register.Skipped], date]:
        """What is to be loaded, and the day for which it stands."""
        if options["file"] is None:
            return list(shipped.read()), shipped.as_of()
        degrees = projection.Projection(options["crs"]).degrees
        rows = list(register.read(options["file"].read_bytes(), degrees))
        days = [row.refreshed_on for row in rows if isinstance(row, register.Row)]
        if not days:
            raise CommandError(f"{options['file']}: no row could be read")
        as_of = options["as_of"] or max((day for day in days if day), default=None)
        if as_of is None:
            raise CommandError("FILE does not say of which day it is: give --as-of", returncode=2)
        return rows, as_of

    def _load(
        self, rows: list[register.Row | register.Skipped], as_of: date, *, is_dry_run: bool
    ) -> loading.Difference:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        console = Console(stderr=True)
        with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
            task = bar.add_task("clinics", total=len(rows))
            return loading.load_register(
                rows=rows,
                as_of=as_of,
                progress=lambda step: bar.advance(task, step),
                is_dry_run=is_dry_run,
            )

    def _marks(self, file: Path | None, *, is_dry_run: bool) -> marks.Marked | None:
        return marks.load_marks(raw=file.read_bytes(), is_dry_run=is_dry_run) if file else None

    def _ship(self, rows: list[register.Row | register.Skipped], as_of: date) -> None:
        count = shipped.write((row for row in rows if isinstance(row, register.Row)), as_of)
        self.stderr.write(f"{count} clinics in {shipped.TABLE.name}")

    def _report(
        self,
        as_of: date,
        difference: loading.Difference,
        marked: marks.Marked | None,
        *,
        as_json: bool,
    ) -> None:
        if as_json:
            body = {"as_of": as_of, "source": register.SOURCE, **difference.as_json()}
            body["marks"] = marked.as_json() if marked else None
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=2, default=str))
            return
        self.stdout.write(f"{register.SOURCE}, {as_of}")
        for fate in FATES:
            self.stdout.write(f"{fate:>10}: {getattr(difference, fate)}")
        self._explain("left out", difference.skipped)
        if marked:
            self.stdout.write(
                f"{'marks':>10}: {marked.stored} stored, {marked.unchanged} unchanged"
            )
            self._explain("mark left out", marked.skipped)

    def _explain(self, what: str, skipped: list[register.Skipped]) -> None:
        """Each reason with its count and the first lines where it occurs."""
        by_reason = sorted(skipped, key=lambda one: (one.reason, one.line))
        for reason, group in groupby(by_reason, key=lambda one: one.reason):
            listed = list(group)
            where = ", ".join(f"line {one.line} ({one.key})" for one in listed[:EXAMPLES])
            more = ", …" if len(listed) > EXAMPLES else ""
            self.stderr.write(f"{what}: {reason}: {len(listed)}: {where}{more}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is not a day as in 2026-06-16") from error
