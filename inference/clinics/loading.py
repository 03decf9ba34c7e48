"""A register into the database, by key: what is new is added, what differs is changed, what
closed is closed. Nothing is ever deleted."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from django.db import transaction

from inference.clinics import shipped
from inference.clinics.register import SOURCE, Row, Skipped
from inference.models import Clinic

BATCH = 1000
FACTS = (
    "name", "phone", "address", "lot_address", "province", "district", "latitude", "longitude",
    "status", "is_large_animal", "licensed_on", "closed_on",
)  # fmt: skip
Progress = Callable[[int], None]


@dataclass
class Difference:
    """What a load would do, or did: how many clinics by fate, and what was left out.

    `unchanged`: the register says the same. `newer`: the database knows a later day already.
    `absent`: stored, but not in this register, and left as they are.
    """

    added: int = 0
    changed: int = 0
    closed: int = 0
    unchanged: int = 0
    newer: int = 0
    absent: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def reasons(self) -> dict[str, int]:
        """How many were left out for which reason, the most frequent first."""
        return dict(Counter(one.reason for one in self.skipped).most_common())

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "reasons": self.reasons}


def is_shipped_newer() -> bool:
    """Whether the table that comes along is of a later day than anything stored."""
    return not Clinic.objects.filter(as_of__gte=shipped.as_of()).exists()


def load_shipped(progress: Progress | None = None) -> Difference:
    """Store the table that comes along."""
    return load_register(rows=shipped.read(), as_of=shipped.as_of(), progress=progress)


@transaction.atomic
def load_register(
    *,
    rows: Iterable[Row | Skipped],
    as_of: date,
    source: str = SOURCE,
    progress: Progress | None = None,
    is_dry_run: bool = False,
) -> Difference:
    """Store a register that stands for the day `as_of`. Loading it again changes nothing.

    `progress` hears how many more rows are done.
    """
    found = Difference()
    newest = _newest(rows, found)
    stored = Clinic.objects.in_bulk(field_name="key")
    found.absent = sum(key not in newest for key in stored)
    for batch in _batches(list(newest.values())):
        writes = _compare(batch, stored, as_of, found)
        if not is_dry_run:
            _store([_clinic(row, as_of, source) for row in writes])
            _confirm(batch, as_of)
        if progress:
            progress(len(batch))
    return found


def _newest(rows: Iterable[Row | Skipped], found: Difference) -> dict[str, Row]:
    """The rows by key: of a key that occurs twice, the one that was modified last."""
    newest: dict[str, Row] = {}
    for row in rows:
        if isinstance(row, Skipped):
            found.skipped.append(row)
            continue
        other = newest.get(row.key)
        if other and other.modified_at > row.modified_at:
            row, other = other, row
        newest[row.key] = row
        if other:
            found.skipped.append(Skipped(other.line, other.key, "older duplicate"))
    return newest


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _compare(
    batch: Iterable[Row], stored: dict[str, Clinic], as_of: date, found: Difference
) -> list[Row]:
    """Count the fate of each row; return those to be written."""
    writes = []
    for row in batch:
        clinic = stored.get(row.key)
        row = _with_what_is_known(row, clinic)
        fate = _fate(row, clinic, as_of)
        setattr(found, fate, getattr(found, fate) + 1)
        if fate in ("added", "changed", "closed"):
            writes.append(row)
    return writes


def _with_what_is_known(row: Row, clinic: Clinic | None) -> Row:
    """Registers lose things from one publication to the next: a quarter of the coordinates, a
    fifth of the telephones. They stay known for as long as the clinic is where it was."""
    if clinic is None or clinic.address != row.address:
        return row
    if row.latitude is None:
        row = replace(row, latitude=clinic.latitude, longitude=clinic.longitude)
    if not row.phone and clinic.name == row.name:
        row = replace(row, phone=clinic.phone)
    return row


def _fate(row: Row, clinic: Clinic | None, as_of: date) -> str:
    if clinic is None:
        return "added"
    if clinic.as_of > as_of:
        return "newer"
    if all(getattr(clinic, name) == getattr(row, name) for name in FACTS):
        return "unchanged"
    is_closing = row.status == Clinic.Status.CLOSED != clinic.status
    return "closed" if is_closing else "changed"


def _clinic(row: Row, as_of: date, source: str) -> Clinic:
    facts = {name: getattr(row, name) for name in FACTS}
    return Clinic(key=row.key, as_of=as_of, source=source, **facts)


def _store(clinics: Sequence[Clinic]) -> None:
    Clinic.objects.bulk_create(
        clinics,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=[*FACTS, "as_of", "source"],
    )


def _confirm(batch: Iterable[Row], as_of: date) -> None:
    """What this register says again stands for its day."""
    keys = [row.key for row in batch]
    Clinic.objects.filter(key__in=keys, as_of__lt=as_of).update(as_of=as_of)
