"""Search in an owner's notes, as forgiving as the search in what was said.

Searched is what the owner can read: in plain words, and without what no vet has signed yet.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat

from chat.searching import excerpt, patterns_of
from profiles.models import User
from soap.models import Amendment, Section, SoapNote
from soap.plain import HEADINGS, plainly, shown_text

MOST = 20
# Compared are only one's own: otherwise the database would first read everybody's.
_WORDS = Concat("text", Value(" "), Cast("drafted", TextField()), output_field=TextField())
_AMENDED = Q(Exists(Amendment.objects.filter(section=OuterRef("pk"))))


@dataclass(frozen=True)
class Found:
    """A note, the part of it in which the words stand, a piece of that part, and where in it."""

    note: SoapNote
    heading: str
    snippet: str
    marks: list[tuple[int, int]]


def search(*, user: User, query: str, pet: UUID | None = None) -> list[Found]:
    """The newest notes in a part of which all words of the query stand. Raises QueryUnfit."""
    patterns = patterns_of(query)
    found: dict[UUID, Found] = {}
    for section in _likely(user, patterns, pet).iterator(chunk_size=200):
        if section.note_id not in found and (one := _read(section, patterns)):
            found[section.note_id] = one
            if len(found) == MOST:
                break
    return list(found.values())


def _likely(user: User, patterns: Sequence[str], pet: UUID | None) -> QuerySet[Section]:
    """Sections in any wording of which the words stand."""
    mine = Section.objects.filter(note__in=SoapNote.objects.visible_to(user))
    mine = mine.filter(note__pet=pet) if pet else mine
    mine = mine.alias(own=Case(When(note__owner=user, then=_WORDS), output_field=TextField()))
    rows = mine.filter(*(Q(own__iregex=one) | _AMENDED for one in patterns))
    told = rows.select_related("note__pet", "note__consultation").prefetch_related("amendments")
    return told.order_by("-note__created_at", "note", "pk")


def _read(section: Section, patterns: Sequence[str]) -> Found | None:
    """The section as its owner reads it, if the words stand there."""
    text = "\n".join(_lines(section))
    if not all(re.search(one, text, re.IGNORECASE) for one in patterns):
        return None
    return Found(section.note, HEADINGS[section.kind], *excerpt(text, patterns))


def _lines(section: Section) -> Iterator[str]:
    return (plainly(line) for line in shown_text(section.note, section).splitlines())
