"""Everything that happened to a note, in order: who, when, what, and how the text changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from profiles.models import User
from soap.differences import Run, between
from soap.models import AccessLog, Amendment, Section, SoapNote

# Saving, and amending, show their text themselves.
ACTS = (AccessLog.Action.APPROVE, AccessLog.Action.ASSIGN, AccessLog.Action.PDF)


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `runs` is how a text changed by it."""

    at: datetime
    who: str
    what: str
    reason: str = ""
    runs: list[Run] = field(default_factory=list)


def of(note: SoapNote) -> list[Entry]:
    """The note's history, the newest first."""
    entries = [*_texts(note), *_amended(note), *_acts(note)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _texts(note: SoapNote) -> Iterator[Entry]:
    """Every text that a section had: drafted, edited, accepted, written anew."""
    sections: Any = Section
    rows = sections.pgh_event_model.objects.filter(note_id=note.pk)
    names = _names(rows.values_list("edited_by_id", flat=True))
    by_machine = _("자동 요약") if note.is_default else f"AI ({note.made_by})"
    before: dict[int, Any] = {}
    for row in rows.order_by("pgh_id"):
        earlier = before.get(row.pgh_obj_id)
        yield Entry(
            at=row.pgh_created_at,
            who=names.get(row.edited_by_id, by_machine),
            what=f"{row.kind} · {_done(earlier, row)}",
            runs=_changes(earlier, row),
        )
        before[row.pgh_obj_id] = row


def _changes(earlier: Any, row: Any) -> list[Run]:
    if earlier is None:
        return between("", row.text)
    return between(earlier.text, row.text) if earlier.text != row.text else []


def _done(earlier: Any, row: Any) -> str:
    if earlier is None:
        return _("초안")
    if row.state == Section.State.PENDING:
        return _("다시 씀")
    if row.state == Section.State.EDITED:
        return _("고쳐 씀")
    return _("초안으로 되돌림") if earlier.state == Section.State.EDITED else _("그대로 채택")


def _amended(note: SoapNote) -> Iterator[Entry]:
    before: dict[int, str] = {}
    amendments = Amendment.objects.filter(section__note=note).select_related("section", "author")
    for one in amendments.order_by("pk"):
        earlier = before.get(one.section_id, one.section.text)
        yield Entry(
            at=one.created_at,
            who=one.author.called,
            what=_("%(kind)s · 승인 뒤 수정") % {"kind": one.section.kind},
            reason=one.reason,
            runs=between(earlier, one.text),
        )
        before[one.section_id] = one.text


def _acts(note: SoapNote) -> Iterator[Entry]:
    logged = list(AccessLog.objects.filter(note_id=note.pk, action__in=ACTS))
    names = _names(entry.actor_id for entry in logged)
    for entry in logged:
        what = entry.get_action_display()
        if entry.action == AccessLog.Action.ASSIGN:
            what = f"{what}: {entry.detail}" if entry.detail else _("공동 대기열로 돌려놓음")
        yield Entry(at=entry.at, who=names.get(entry.actor_id, entry.actor_email), what=what)


def _names(ids: Any) -> dict[Any, str]:
    people = User.objects.filter(pk__in={one for one in ids if one is not None})
    return {person.pk: person.called for person in people}
