"""What a vet does with a note: open, accept, edit, approve, amend, assign.

draft -> in review -> approved (locked, also in the database) -> amended with a reason. Whoever
saves tells which version was read: the second to save is refused, and told who was first.
"""

from functools import partial
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models import Event
from chat.services import record_event
from drmaum.lib.errors import Refusal
from profiles.models import User
from soap import access, tasks
from soap.models import AccessLog, Amendment, Section, SoapNote

LONGEST_SECTION, LONGEST_REASON = 6000, 500
Status, State = SoapNote.Status, Section.State


class NoteChanged(Refusal):
    """Somebody else saved first."""

    status = HTTPStatus.CONFLICT
    code = "note_changed"
    message = _("다른 수의사가 먼저 저장했어요. 바뀐 내용을 확인하고 다시 저장해 주세요.")


class NoteLocked(Refusal):
    status = HTTPStatus.CONFLICT
    code = "note_locked"
    message = _("이미 승인된 노트예요. 고치려면 까닭을 적어 수정 기록을 남겨 주세요.")


class NotApproved(Refusal):
    status = HTTPStatus.CONFLICT
    code = "note_not_approved"
    message = _("아직 승인되지 않은 노트예요. 내용을 바로 고치실 수 있어요.")


class SectionEmpty(Refusal):
    code = "section_empty"
    message = _("내용이 비어 있어요. 적을 것이 없으면 '해당 없음'이라고 남겨 주세요.")


class SectionTooLong(Refusal):
    code = "section_too_long"
    message = _("내용이 너무 길어요. 6,000자 안으로 줄여 주세요.")


class ReasonMissing(Refusal):
    code = "reason_missing"
    message = _("승인된 노트를 고치는 까닭을 적어 주세요.")


@transaction.atomic
def open_note(*, note: SoapNote, vet: User, address: str | None = None) -> SoapNote:
    """Log the opening; the first to open a waiting note takes it into review. Raises
    PermissionDenied for a note that this vet may not see."""
    locked = _reviewable(note, vet)
    access.log(note=locked, actor=vet, action=AccessLog.Action.OPEN, address=address)
    if locked.status == Status.DRAFT:
        locked.status, locked.opened_at = Status.IN_REVIEW, timezone.now()
        locked.assigned_to = locked.assigned_to or vet
        _save(locked, "status", "opened_at", "assigned_to")
    return locked


@transaction.atomic
def assign(*, note: SoapNote, to: User | None, by: User, address: str | None = None) -> SoapNote:
    """Give a note to a vet, or back to the common queue."""
    if not by.has_perm("soap.assign_soapnote"):
        raise PermissionDenied
    locked = SoapNote.objects.select_for_update(of=["self"]).get(pk=note.pk)
    _refuse_locked(locked)
    locked.assigned_to = to
    _save(locked, "assigned_to")
    told = to.email if to else ""
    access.log(note=locked, actor=by, action=AccessLog.Action.ASSIGN, address=address, detail=told)
    return locked


@transaction.atomic
def accept(*, section: Section, vet: User, read_version: int) -> SoapNote:
    """The draft stands as it is."""
    return _change(section, vet, read_version, text=section.text, state=State.ACCEPTED)


@transaction.atomic
def edit(
    *, section: Section, text: str, vet: User, read_version: int, address: str | None = None
) -> SoapNote:
    """A vet's own text. Raises NoteChanged, NoteLocked, SectionEmpty, SectionTooLong."""
    cleaned = _cleaned(text)
    note = _change(section, vet, read_version, text=cleaned, state=State.EDITED)
    access.log(
        note=note, actor=vet, action=AccessLog.Action.SAVE, address=address, detail=section.kind
    )
    return note


@transaction.atomic
def approve(
    *, note: SoapNote, vet: User, read_version: int, address: str | None = None
) -> SoapNote:
    """Sign the note as it stands: sections that were not looked at one by one are accepted with
    it. From here on nobody can change it. Raises NoteChanged, NoteLocked."""
    locked = _unchanged(note, vet, read_version)
    for section in locked.sections.filter(state=State.PENDING):
        section.state, section.edited_by, section.edited_at = State.ACCEPTED, vet, timezone.now()
        section.save(update_fields=["state", "edited_by", "edited_at"])
    locked.status, locked.approved_by, locked.approved_at = Status.APPROVED, vet, timezone.now()
    locked.assigned_to = locked.assigned_to or vet
    _save(locked, "status", "approved_by", "approved_at", "assigned_to")
    access.log(note=locked, actor=vet, action=AccessLog.Action.APPROVE, address=address)
    _tell(locked, {"approved": True})
    return locked


@transaction.atomic
def amend(
    *, section: Section, text: str, reason: str, vet: User, address: str | None = None
) -> Amendment:
    """Change an approved section by adding to it: what was signed stays readable. Raises
    NotApproved, ReasonMissing, SectionEmpty, SectionTooLong."""
    cleaned, why = _cleaned(text), reason.strip()[:LONGEST_REASON]
    if not why:
        raise ReasonMissing
    note = _reviewable(section.note, vet)
    if not note.is_locked:
        raise NotApproved
    added = Amendment.objects.create(section=section, text=cleaned, reason=why, author=vet)
    access.log(
        note=note, actor=vet, action=AccessLog.Action.AMEND, address=address, detail=section.kind
    )
    _tell(note, {"amended": section.kind})
    return added


def _change(section: Section, vet: User, read_version: int, *, text: str, state: str) -> SoapNote:
    note = _unchanged(section.note, vet, read_version)
    current = Section.objects.get(pk=section.pk, note=note)
    current.text, current.state = text, state
    current.edited_by, current.edited_at = vet, timezone.now()
    current.save(update_fields=["text", "state", "edited_by", "edited_at"])
    if note.status == Status.DRAFT:
        note.status, note.opened_at = Status.IN_REVIEW, timezone.now()
    note.assigned_to = note.assigned_to or vet
    _save(note, "status", "opened_at", "assigned_to")
    return note


def _unchanged(note: SoapNote, vet: User, read_version: int) -> SoapNote:
    """The note, locked for this transaction, still as it was read."""
    locked = _reviewable(note, vet)
    _refuse_locked(locked)
    if locked.version != read_version:
        raise NoteChanged(_who_was_first(locked))
    return locked


def _reviewable(note: SoapNote, vet: User) -> SoapNote:
    visible = SoapNote.objects.reviewable_by(vet)
    locked = visible.select_for_update(of=["self"]).filter(pk=note.pk).first()
    if locked is None:
        raise PermissionDenied
    return locked


def _refuse_locked(note: SoapNote) -> None:
    if note.is_locked:
        raise NoteLocked


def _who_was_first(note: SoapNote) -> Any:
    newest = note.sections.exclude(edited_by=None).order_by("-edited_at").first()
    if newest is None or newest.edited_by is None or newest.edited_at is None:
        return None
    told = {
        "name": newest.edited_by.name or newest.edited_by.email,
        "when": timezone.localtime(newest.edited_at).strftime("%H:%M"),
    }
    return (
        _("%(name)s 님이 %(when)s에 먼저 저장했어요. 바뀐 내용을 확인하고 다시 저장해 주세요.")
        % told
    )


def _save(note: SoapNote, *names: str) -> None:
    note.version += 1
    note.save(update_fields=[*names, "version", "changed_at"])


def _tell(note: SoapNote, news: dict[str, Any]) -> None:
    """The owner's app hears of it, and the note is found by what it says now."""
    consultation = type(note.consultation).objects.select_for_update().get(pk=note.consultation_id)
    payload = {"note": str(note.pk), **news}
    record_event(consultation=consultation, kind=Event.Kind.SOAP, payload=payload)
    transaction.on_commit(partial(tasks.embed_again, note.consultation_id))


def _cleaned(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.replace("\x00", "").splitlines()]
    cleaned = "\n".join(filter(None, lines))
    if not cleaned:
        raise SectionEmpty
    if len(cleaned) > LONGEST_SECTION:
        raise SectionTooLong
    return cleaned
