"""A note held for one change: locked, still as it was read, and still this vet's to change."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles.models import User
from soap.models import AccessLog, Section, SoapNote


class NoteChanged(Refusal):
    """Somebody else saved first."""

    status = HTTPStatus.CONFLICT
    code = "note_changed"
    message = _("다른 곳에서 먼저 저장했어요. 바뀐 내용을 확인하고 다시 저장해 주세요.")


class NoteTaken(Refusal):
    """Another vet has it now. Only told to who had it open: to others it is not there."""

    status = HTTPStatus.CONFLICT
    code = "note_taken"
    message = _("이제 다른 수의사가 맡은 노트예요.")


class NoteLocked(Refusal):
    status = HTTPStatus.CONFLICT
    code = "note_locked"
    message = _("이미 승인된 노트예요. 고치려면 까닭을 적어 수정 기록을 남겨 주세요.")


def unchanged(note: SoapNote, vet: User, read_version: int) -> SoapNote:
    """The note, locked for this transaction, as it was read. Raises NoteChanged, NoteLocked,
    NoteTaken, PermissionDenied."""
    locked = reviewable(note, vet)
    refuse_locked(locked)
    if locked.version != read_version:
        raise NoteChanged(_who_was_first(locked.sections))
    return locked


def unchanged_section(section: Section, vet: User, read_version: int) -> Section:
    """The section with its locked note, as it was read. Raises as `unchanged`."""
    locked = reviewable(section.note, vet)
    refuse_locked(locked)
    current = Section.objects.get(pk=section.pk, note=locked)
    current.note = locked
    if current.version != read_version:
        raise NoteChanged(_who_was_first(locked.sections.filter(pk=section.pk)))
    return current


def reviewable(note: SoapNote, vet: User) -> SoapNote:
    """The note, locked for this transaction. Raises NoteTaken, PermissionDenied."""
    visible = SoapNote.objects.reviewable_by(vet)
    locked = visible.select_for_update(of=["self"]).filter(pk=note.pk).first()
    if locked is not None:
        return locked
    had_it_open = AccessLog.objects.filter(
        note_id=note.pk, actor_id=vet.pk, action=AccessLog.Action.OPEN
    )
    if vet.has_perm("soap.review_soapnote") and had_it_open.exists():
        raise NoteTaken(_who_has_it(note))
    raise PermissionDenied


def refuse_locked(note: SoapNote) -> None:
    if note.is_locked:
        raise NoteLocked


def save(note: SoapNote, *names: str) -> None:
    """Save these fields, as a further version."""
    note.version += 1
    note.save(update_fields=[*names, "version", "changed_at"])


def _who_was_first(sections: Any) -> Any:
    newest = sections.exclude(edited_by=None).order_by("-edited_at").first()
    if newest is None or newest.edited_by is None or newest.edited_at is None:
        return None
    told = {
        "name": newest.edited_by.called,
        "when": timezone.localtime(newest.edited_at).strftime("%H:%M"),
    }
    return (
        _("%(name)s 님이 %(when)s에 먼저 저장했어요. 바뀐 내용을 확인하고 다시 저장해 주세요.")
        % told
    )


def _who_has_it(note: SoapNote) -> Any:
    now = SoapNote.objects.select_related("assigned_to").filter(pk=note.pk).first()
    if now is None:
        return None
    if now.assigned_to is None:
        return _("보호자가 동의를 거둬 이제 볼 수 없는 노트예요.")
    told = {"name": now.assigned_to.called}
    if now.is_locked:
        return _("%(name)s 님이 먼저 승인한 노트예요.") % told
    return _("이제 %(name)s 님이 맡은 노트예요.") % told
