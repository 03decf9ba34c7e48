"""The schedule by Korean practice, read from its file: what is due for a species, and how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ENTRIES = Path(__file__).parent / "schedule.yaml"


@dataclass(frozen=True)
class Entry:
    code: str
    kind: str
    title: str
    weeks: int
    every_days: int | None = None
    from_years: Mapping[int, int] = field(default_factory=dict)
    then: str = ""
    words: tuple[str, ...] = ()
    note: str = ""

    def every_days_at(self, months: int | None) -> int | None:
        """The interval at an age; an unknown age is that of an adult."""
        reached = [
            years for years in self.from_years if months is not None and months >= years * 12
        ]
        return self.from_years[max(reached)] if reached else self.every_days

    @property
    def is_dose_of_a_course(self) -> bool:
        return self.every_days is None


@cache
def entries_of(species: str) -> tuple[Entry, ...]:
    """In the order of the file; empty for species without a common practice."""
    return tuple(_all().get(species, ()))


def find(code: str) -> Entry | None:
    return next((one for rows in _all().values() for one in rows if one.code == code), None)


@cache
def _all() -> dict[str, list[Entry]]:
    given: dict[str, list[dict[str, Any]]] = yaml.safe_load(ENTRIES.read_text(encoding="utf-8"))
    return {
        species: [Entry(**{**row, "words": tuple(row.get("words", ()))}) for row in rows]
        for species, rows in given.items()
    }
