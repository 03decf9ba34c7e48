"""What the register does not say: which clinics are open all night, and who sees exotic pets.

Marks come from people who checked: one by one in the portal, or as a CSV with the columns
key, kind, source, noted_on.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from inference.clinics.register import RegisterError, Skipped, parse_date
from inference.models import Clinic, ClinicMark
from profiles.models import User

COLUMNS = ("key", "kind", "source", "noted_on")
OPPOSITE = {
    ClinicMark.Kind.EXOTIC: ClinicMark.Kind.NOT_EXOTIC,
    ClinicMark.Kind.NOT_EXOTIC: ClinicMark.Kind.EXOTIC,
}


@dataclass(frozen=True)
class MarkRow:
    """One line of a CSV of marks."""

    line: int
    key: str
    kind: str
    source: str
    noted_on: date


@dataclass
class Marked:
    """What a load of marks did: how many were stored, how many stood already, what was left out."""

    stored: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@transaction.atomic
def write_mark(*, mark: ClinicMark, by: User | None) -> ClinicMark:
    """Store a mark. It takes the place of its opposite: a clinic sees exotic pets or does not."""
    opposite = OPPOSITE.get(ClinicMark.Kind(mark.kind))
    ClinicMark.objects.filter(clinic=mark.clinic, kind=opposite).delete()
    mark.noted_by = by
    mark.save()
    return mark


@transaction.atomic
def load_marks(*, raw: bytes, is_dry_run: bool = False) -> Marked:
    """Store the marks of a CSV; what a later day already says is left.

    Raises RegisterError when it is no such CSV.
    """
    found = Marked()
    for row in _read(raw):
        reason = row.reason if isinstance(row, Skipped) else _load(row, found, is_dry_run)
        if reason:
            found.skipped.append(Skipped(row.line, row.key, reason))
    return found


def _read(raw: bytes) -> Iterator[MarkRow | Skipped]:
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
        missing = set(COLUMNS) - set(reader.fieldnames or ())
        if missing:
            raise RegisterError(f"columns are missing: {', '.join(sorted(missing))}")
        for cells in reader:
            values = {name: (cells[name] or "").strip() for name in COLUMNS}
            yield _parsed(reader.line_num, values)
    except UnicodeDecodeError as error:
        raise RegisterError("the text is not UTF-8") from error
    except csv.Error as error:
        raise RegisterError(f"not CSV: {error}") from error


def _parsed(line: int, values: dict[str, str]) -> MarkRow | Skipped:
    day = parse_date(values["noted_on"])
    problems = {
        "unknown kind": values["kind"] not in ClinicMark.Kind.values,
        "no source": not values["source"],
        "source too long": len(values["source"]) > 200,
        "bad date": day is None or day > timezone.localdate(),
    }
    reason = next((reason for reason, is_true in problems.items() if is_true), "")
    if reason or day is None:
        return Skipped(line, values["key"], reason)
    return MarkRow(line, values["key"], values["kind"], values["source"], day)


def _load(row: MarkRow, found: Marked, is_dry_run: bool) -> str:
    """Store one mark and count it. Returns why it cannot be, or ""."""
    clinic = Clinic.objects.filter(key=row.key).first()
    if clinic is None:
        return "unknown clinic"
    kinds = [row.kind, OPPOSITE.get(ClinicMark.Kind(row.kind), row.kind)]
    known = list(clinic.marks.filter(kind__in=kinds))
    if any(mark.noted_on > row.noted_on for mark in known):
        return "a later day says otherwise"
    mark = next((one for one in known if one.kind == row.kind), None)
    if mark and (mark.source, mark.noted_on) == (row.source, row.noted_on):
        found.unchanged += 1
        return ""
    mark = mark or ClinicMark(clinic=clinic, kind=row.kind)
    mark.source, mark.noted_on = row.source, row.noted_on
    if not is_dry_run:
        write_mark(mark=mark, by=None)
    found.stored += 1
    return ""
