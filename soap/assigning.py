"""Who has which note: a vet takes or gives back, whoever leads hands out."""

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles.models import User
from soap import access
from soap.holding import refuse_locked, reviewable, save
from soap.models import AccessLog, SoapNote


class NotYours(Refusal):
    status = HTTPStatus.CONFLICT
    code = "note_not_yours"
    message = _("내가 맡은 노트가 아니에요.")


class NotAVet(Refusal):
    code = "not_a_vet"
    message = _("이 계정은 노트를 검토할 수 있는 수의사가 아니에요.")


@transaction.atomic
def take(*, note: SoapNote, vet: User, address: str | None = None) -> SoapNote:
    """Out of the common queue into this vet's hands. Raises NoteTaken, NoteLocked."""
    locked = reviewable(note, vet)
    refuse_locked(locked)
    return _give(locked, vet, vet, address)


@transaction.atomic
def release(*, note: SoapNote, vet: User, address: str | None = None) -> SoapNote:
    """Back to the common queue. Raises NotYours, NoteLocked."""
    locked = reviewable(note, vet)
    refuse_locked(locked)
    if locked.assigned_to_id != vet.pk or locked.offered_at is None:
        raise NotYours
    return _give(locked, None, vet, address)


@transaction.atomic
def assign(*, note: SoapNote, to: User | None, by: User, address: str | None = None) -> SoapNote:
    """Hand a note to a vet, or back to the common queue. Raises NotAVet, NoteLocked,
    PermissionDenied."""
    if not by.has_perm("soap.assign_soapnote"):
        raise PermissionDenied
    if to is not None and not to.has_perm("soap.review_soapnote"):
        raise NotAVet
    rows = SoapNote.objects.listed_for(by).select_for_update(of=["self"])
    locked = rows.filter(pk=note.pk).first()
    if locked is None:
        raise PermissionDenied
    refuse_locked(locked)
    return _give(locked, to, by, address)


def _give(note: SoapNote, to: User | None, by: User, address: str | None) -> SoapNote:
    note.assigned_to = to
    save(note, "assigned_to")
    told = to.email if to else ""
    access.log(note=note, actor=by, action=AccessLog.Action.ASSIGN, address=address, detail=told)
    return note
