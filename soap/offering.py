"""Whether vets may read a note: its owner asks for a review, or takes the consent back."""

from http import HTTPStatus

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles.models import Consent, User
from profiles.services import change_consent, has_consent
from soap.models import SoapNote


class AlreadyReviewed(Refusal):
    status = HTTPStatus.CONFLICT
    code = "note_already_reviewed"
    message = _("이미 수의사가 확인한 요약이에요.")


@transaction.atomic
def ask_review(*, note: SoapNote, owner: User) -> SoapNote:
    """Put a note into the vets' queue; whoever asks for that consents to it. Twice is once.
    Raises AlreadyReviewed, and DoesNotExist for another's note."""
    mine = SoapNote.objects.visible_to(owner).select_for_update(of=["self"]).get(pk=note.pk)
    if mine.is_locked:
        raise AlreadyReviewed
    if not has_consent(user=owner, kind=Consent.Kind.VET_REVIEW):
        change_consent(user=owner, kind=Consent.Kind.VET_REVIEW, is_granted=True)
    if mine.offered_at is None:
        mine.offered_at = timezone.now()
        mine.save(update_fields=["offered_at", "changed_at"])
    return mine


def withdraw(*, owner: User) -> int:
    """Take what no vet has signed yet out of their sight, at once. Returns how many notes."""
    unsigned = SoapNote.objects.filter(owner=owner).exclude(status=SoapNote.Status.APPROVED)
    return unsigned.update(offered_at=None, assigned_to=None, changed_at=timezone.now())
