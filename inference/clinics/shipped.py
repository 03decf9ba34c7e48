"""The compact table of open clinics that comes with the product. Pure Python.

A gzip of CSV. The first line names the source and the day: "# 행정안전부 …, 2026-06-16".
"""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from inference.clinics.register import SOURCE, Row, parse_date

TABLE = Path(__file__).with_name("register.csv.gz")
COLUMNS = (
    "key", "name", "phone", "address", "lot_address", "latitude", "longitude", "licensed_on",
)  # fmt: skip


def as_of(table: Path | None = None) -> date:
    """The day that the table stands for. Raises OSError, ValueError."""
    with gzip.open(table or TABLE, "rt", encoding="utf-8") as file:
        return date.fromisoformat(file.readline().rstrip().rpartition(", ")[2])


def read(table: Path | None = None) -> Iterator[Row]:
    """Its rows. Raises OSError, ValueError."""
    with gzip.open(table or TABLE, "rt", encoding="utf-8", newline="") as file:
        day = date.fromisoformat(file.readline().rstrip().rpartition(", ")[2])
        for line, cells in enumerate(csv.DictReader(file), start=3):
            yield Row(
                line=line,
                key=cells["key"],
                name=cells["name"],
                phone=cells["phone"],
                address=cells["address"],
                lot_address=cells["lot_address"],
                latitude=float(cells["latitude"]) if cells["latitude"] else None,
                longitude=float(cells["longitude"]) if cells["longitude"] else None,
                licensed_on=parse_date(cells["licensed_on"]),
                refreshed_on=day,
            )


def write(rows: Iterable[Row], day: date, table: Path | None = None) -> int:
    """Write the open clinics among `rows`, by key; the same rows make the same bytes.

    Returns how many.
    """
    listed = sorted((row for row in rows if row.status == "open"), key=lambda row: row.key)
    text = io.StringIO()
    text.write(f"# {SOURCE}, {day}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in listed:
        writer.writerow(_cell(getattr(row, column)) for column in COLUMNS)
    (table or TABLE).write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))
    return len(listed)


def _cell(value: object) -> object:
    return "" if value is None else value
