"""A pet's life in one list: talks, photos, weights, what was done, records. Newest first.

The tables are asked for keys and days in one query, and only what a page shows is fetched.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, TruncDate

from chat.models import Consultation, Upload
from chat.uploads import addresses
from profiles.models import Care, MedicalRecord, Pet, User, Weight

A_PAGE = 50
MOST = 5000
KEYS = ("day", "at", "what", "row_key")


@dataclass(frozen=True)
class Entry:
    """One line: what happened on a day. `object` is the row; photos of a talk stand together."""

    what: str
    day: date
    object: Any
    photos: list[str | None] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    entries: list[Entry]
    next_from: int | None

    @property
    def months(self) -> list[tuple[date, list[Entry]]]:
        grouped = groupby(self.entries, key=lambda entry: entry.day.replace(day=1))
        return [(month, list(entries)) for month, entries in grouped]

    @property
    def consultations(self) -> list[Consultation]:
        return [one.object for one in self.entries if one.what == "talk"]


def page_of(*, pet: Pet, user: User, start: int = 0) -> Page:
    """Fifty lines from the one numbered `start`; `next_from` is where the next page begins."""
    start = min(max(start, 0), MOST)
    sources = _sources(pet, user)
    first, *others = [_keys(what, *source) for what, source in sources.items()]
    union = first.union(*others, all=True).order_by("-day", "-at", "what", "row_key")
    keys = list(union[start : start + A_PAGE + 1])
    fetched = _fetched(keys[:A_PAGE], {what: source[0] for what, source in sources.items()})
    has_more = len(keys) > A_PAGE and start + A_PAGE <= MOST
    return Page(list(_together(fetched)), start + A_PAGE if has_more else None)


def portrait_of(pet: Pet, user: User) -> Upload | None:
    return _own(pet, user, Upload.Purpose.PORTRAIT).order_by("-created_at").first()


def documents_of(pet: Pet, user: User) -> list[tuple[Upload, str | None, str | None]]:
    """Each with the addresses of its thumbnail and of itself, the newest first."""
    rows = _own(pet, user, Upload.Purpose.DOCUMENT).order_by("-created_at")
    return [
        (row, addresses.address_of(row, addresses.THUMB), addresses.address_of(row))
        for row in rows[:A_PAGE]
    ]


def _own(pet: Pet, user: User, purpose: str) -> QuerySet[Upload]:
    return Upload.objects.visible_to(user).usable().filter(pet=pet, purpose=purpose)


def _sources(pet: Pet, user: User) -> dict[str, tuple[QuerySet[Any], Any, Any]]:
    """Rows, the day on which they happened, and the moment that orders a day."""
    talks = Consultation.objects.visible_to(user).filter(pet=pet, head_seq__gt=0)
    photos = (
        Upload.objects.visible_to(user)
        .usable()
        .filter(consultation__pet=pet, kind=Upload.Kind.PHOTO, message__isnull=False)
    )
    cares = Care.objects.visible_to(user).filter(pet=pet, done_on__isnull=False)
    created = TruncDate("created_at")
    told = Coalesce(F("happened_on"), created, output_field=DateField())
    return {
        "talk": (talks, created, F("created_at")),
        "photo": (photos.select_related("consultation"), created, F("created_at")),
        "weight": (Weight.objects.visible_to(user).filter(pet=pet), F("measured_on"), None),
        "care": (cares, F("done_on"), None),
        "record": (MedicalRecord.objects.visible_to(user).filter(pet=pet), told, None),
    }


def _keys(what: str, rows: QuerySet[Any], day: Any, at: Any) -> QuerySet[Any, Any]:
    moment = at or F("created_at")
    keys: QuerySet[Any, Any] = (
        rows.order_by()
        .select_related(None)
        .annotate(
            day=Cast(day, DateField()),
            at=Cast(moment, DateTimeField()),
            what=Value(what, output_field=CharField()),
            row_key=Cast("pk", CharField()),
        )
        .values_list(*KEYS)
    )
    return keys


def _fetched(
    keys: Iterable[tuple[date, datetime, str, str]], sources: dict[str, QuerySet[Any]]
) -> Iterator[Entry]:
    keys = list(keys)

    def wanted(what: str) -> list[str]:
        return [key[3] for key in keys if key[2] == what]

    found = {
        what: {str(row.pk): row for row in rows.filter(pk__in=wanted(what))}
        for what, rows in sources.items()
        if wanted(what)
    }
    for day, _at, what, key in keys:
        row = found[what].get(key)  # else it went in between
        if row is not None:
            yield Entry(what, day, row)


def _together(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Photos of one talk and day that follow each other become one line."""

    def belonging(entry: Entry) -> tuple[Any, ...]:
        talk = entry.object.consultation_id if entry.what == "photo" else entry.object.pk
        return entry.what, entry.day, talk

    for _key, group in groupby(entries, key=belonging):
        first, *others = group
        if first.what == "photo":
            rows = [first.object, *(one.object for one in others)]
            thumbs = [addresses.address_of(row, addresses.THUMB) for row in rows]
            first = Entry(first.what, first.day, first.object, thumbs)
        yield first
