"""What a vet does with a note: open, accept, edit, approve, amend, hand over.

draft -> in review -> approved (locked, also in the database) -> amended with a reason. Whoever
saves tells which version was read: the second to save is refused, and told who was first.
"""

from functools import partial
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models import Event
from chat.services import record_event
from drmaum.lib.errors import Refusal
from profiles.models import User
from soap import access, tasks, telling
from soap.holding import reviewable, save, unchanged, unchanged_section
from soap.models import AccessLog, Amendment, Rewrite, Section, SoapNote

LONGEST_SECTION, LONGEST_REASON = 6000, 500
Status, State = SoapNote.Status, Section.State


class VetsOwnText(Refusal):
    status = HTTPStatus.CONFLICT
    code = "vets_own_text"
    message = _("직접 고친 내용은 AI가 다시 쓰지 않아요. 먼저 초안으로 되돌려 주세요.")


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
    """Log the opening; the first opening takes the note into review. It stays in the common
    queue until a vet takes it or signs it. Raises NoteTaken, and PermissionDenied for a note
    that this vet may not see."""
    locked = reviewable(note, vet)
    access.log(note=locked, actor=vet, action=AccessLog.Action.OPEN, address=address)
    _begin(locked)
    return locked


@transaction.atomic
def accept(*, section: Section, vet: User, read_version: int) -> Section:
    """The draft stands as it is; a vet's own text stays that. Raises NoteChanged, NoteLocked,
    NoteTaken."""
    current = unchanged_section(section, vet, read_version)
    if current.state == State.EDITED:
        return current
    return _change(current, vet, text=current.text, state=State.ACCEPTED)


@transaction.atomic
def restore(*, section: Section, vet: User, read_version: int) -> Section:
    """Back to the draft: the vet's own text stays in the history. Raises as `accept`."""
    current = unchanged_section(section, vet, read_version)
    return _change(current, vet, text=current.drafted_text, state=State.ACCEPTED)


@transaction.atomic
def edit(
    *, section: Section, text: str, vet: User, read_version: int, address: str | None = None
) -> Section:
    """A vet's own text. Raises NoteChanged, NoteLocked, NoteTaken, SectionEmpty,
    SectionTooLong."""
    cleaned = _cleaned(text)
    current = unchanged_section(section, vet, read_version)
    changed = _change(current, vet, text=cleaned, state=State.EDITED)
    access.log(
        note=changed.note, actor=vet, action=AccessLog.Action.SAVE, address=address,
        detail=section.kind,
    )  # fmt: skip
    return changed


@transaction.atomic
def ask_rewrite(*, section: Section, vet: User, read_version: int) -> Rewrite:
    """The promise that the AI writes a section anew, one at a time. Raises VetsOwnText,
    NoteChanged, NoteLocked, NoteTaken."""
    current = unchanged_section(section, vet, read_version)
    if current.state == State.EDITED:
        raise VetsOwnText
    waiting = Rewrite.objects.filter(section=current, status=Rewrite.Status.WAITING).first()
    if waiting is not None:
        return waiting
    asked = Rewrite.objects.create(section=current, asked_by=vet, enqueued_at=timezone.now())
    transaction.on_commit(partial(tasks.enqueue_rewrite, asked.pk))
    return asked


@transaction.atomic
def approve(
    *, note: SoapNote, vet: User, read_version: int, address: str | None = None
) -> SoapNote:
    """Sign the note as it stands: sections that were not looked at one by one are accepted with
    it. From here on nobody can change it. Raises NoteChanged, NoteLocked, NoteTaken."""
    locked = unchanged(note, vet, read_version)
    for section in locked.sections.filter(state=State.PENDING):
        section.state, section.edited_by, section.edited_at = State.ACCEPTED, vet, timezone.now()
        section.save(update_fields=["state", "edited_by", "edited_at"])
    locked.opened_at = locked.opened_at or timezone.now()
    locked.status, locked.approved_by, locked.approved_at = Status.APPROVED, vet, timezone.now()
    locked.assigned_to = vet
    save(locked, "status", "opened_at", "approved_by", "approved_at", "assigned_to")
    access.log(note=locked, actor=vet, action=AccessLog.Action.APPROVE, address=address)
    telling.promise(note=locked)
    _tell(locked, {"approved": True})
    return locked


@transaction.atomic
def amend(
    *, section: Section, text: str, reason: str, vet: User, address: str | None = None
) -> Amendment:
    """Change an approved section by adding to it: what was signed stays readable. Raises
    NotApproved, NoteTaken, ReasonMissing, SectionEmpty, SectionTooLong."""
    cleaned, why = _cleaned(text), " ".join(reason.replace("\x00", "").split())[:LONGEST_REASON]
    if not why:
        raise ReasonMissing
    note = reviewable(section.note, vet)
    if not note.is_locked:
        raise NotApproved
    added = Amendment.objects.create(section=section, text=cleaned, reason=why, author=vet)
    access.log(
        note=note, actor=vet, action=AccessLog.Action.AMEND, address=address, detail=section.kind
    )
    _tell(note, {"amended": section.kind})
    return added


@transaction.atomic
def hand_over(*, note: SoapNote, vet: User, action: str, address: str | None, detail: str) -> None:
    """Log that a note leaves the portal: as a copy for a clinic's own system, or as a file.
    Raises NoteTaken, PermissionDenied."""
    access.log(note=reviewable(note, vet), actor=vet, action=action, address=address, detail=detail)


def _begin(note: SoapNote) -> None:
    if note.status == Status.DRAFT:
        note.status, note.opened_at = Status.IN_REVIEW, timezone.now()
        save(note, "status", "opened_at")


def _change(current: Section, vet: User, *, text: str, state: str) -> Section:
    current.text, current.state = text, state
    current.edited_by, current.edited_at = vet, timezone.now()
    current.version += 1
    current.save(update_fields=["text", "state", "edited_by", "edited_at", "version"])
    _begin(current.note)
    save(current.note)
    return current


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
