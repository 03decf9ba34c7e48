"""The writes of the review board: doubted messages, and the labelled cases that come of them."""

from collections.abc import Sequence
from http import HTTPStatus

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models import RANK, Message, Urgency
from drmaum.lib.errors import Refusal
from inference.models import TriageReview
from profiles.models import User

# What one click accepts: the label, or what errs a step to the careful side; never less danger.
ACCEPTED: dict[str, list[str]] = {
    Urgency.EMERGENCY: [Urgency.EMERGENCY],
    Urgency.URGENT: [Urgency.URGENT, Urgency.EMERGENCY],
    Urgency.SOON: [Urgency.SOON, Urgency.URGENT],
    Urgency.HOME: [Urgency.HOME, Urgency.SOON, Urgency.NOT_MEDICAL],
    Urgency.NOT_MEDICAL: [Urgency.NOT_MEDICAL, Urgency.HOME],
}


class NotAReviewer(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "not_a_reviewer"
    message = _("트리아지 검토는 권한이 있는 수의사만 할 수 있어요.")


class NotAnOwnersMessage(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "not_an_owners_message"
    message = _("보호자가 보낸 메시지만 검토할 수 있어요.")


class AlreadyDecided(Refusal):
    status = HTTPStatus.CONFLICT
    code = "already_decided"
    message = _("이미 정해진 메시지예요. 바꾸려면 먼저 다시 열어 주세요.")


class UnknownUrgency(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unknown_urgency"
    message = _("긴급도를 다시 골라 주세요.")


class LabelNotAccepted(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "label_not_accepted"
    message = _("받아들일 긴급도에는 옳은 긴급도가 꼭 들어 있어야 해요.")


@transaction.atomic
def flag(*, message: Message, source: str, comment: str, by: User) -> TriageReview:
    """Put an owner's message on the board, once.

    While the review is open, whoever flagged it may say it in other words; another's comment is
    only added where there was none. What staff has decided stays as it is.
    Raises NotAnOwnersMessage, NotAReviewer.
    """
    if message.role != Message.Role.OWNER:
        raise NotAnOwnersMessage
    if source == TriageReview.Source.VET:
        _check(by, "add")
    given = {"source": source, "comment": comment, "flagged_by": by}
    rows = TriageReview.objects.select_for_update()
    review, is_new = rows.get_or_create(message=message, defaults=given)
    is_open = review.status == TriageReview.Status.OPEN
    if not is_new and is_open and (review.source == source or not review.comment):
        review.comment = comment
        review.save(update_fields=["comment"])
    return review


@transaction.atomic
def label(
    *, review: TriageReview, urgency: str, accept: Sequence[str] = (), by: User
) -> TriageReview:
    """Make a regression case of it: later rules have to find one of `accept`.

    Without `accept` it is what errs a step to the careful side. The same label again changes
    nothing. Raises NotAReviewer, UnknownUrgency, LabelNotAccepted, AlreadyDecided.
    """
    _check(by, "change")
    if not {urgency, *accept} <= set(Urgency.values):
        raise UnknownUrgency
    if accept and urgency not in accept:
        raise LabelNotAccepted
    accepted = sorted(set(accept or ACCEPTED[urgency]), key=lambda one: -RANK[one])
    locked = _locked(review)
    if (locked.label, locked.accept) == (urgency, accepted):
        return locked
    locked.label, locked.accept = urgency, accepted
    return _decide(locked, TriageReview.Status.CASE, by)


@transaction.atomic
def dismiss(*, review: TriageReview, by: User) -> TriageReview:
    """Nothing is wrong with its urgency. Raises NotAReviewer, AlreadyDecided."""
    _check(by, "change")
    locked = _locked(review)
    if locked.status == TriageReview.Status.DISMISSED:
        return locked
    return _decide(locked, TriageReview.Status.DISMISSED, by)


@transaction.atomic
def reopen(*, review: TriageReview, by: User) -> TriageReview:
    """Take a decision back: it is no case any more. Raises NotAReviewer."""
    _check(by, "change")
    locked = _locked(review)
    locked.status, locked.label, locked.accept = TriageReview.Status.OPEN, "", []
    locked.decided_by = locked.decided_at = None
    locked.save()
    return locked


def _decide(locked: TriageReview, status: str, by: User) -> TriageReview:
    if locked.status != TriageReview.Status.OPEN:
        raise AlreadyDecided
    locked.status, locked.decided_by, locked.decided_at = status, by, timezone.now()
    locked.save()
    return locked


def _locked(review: TriageReview) -> TriageReview:
    return TriageReview.objects.select_for_update().get(pk=review.pk)


def _check(by: User, what: str) -> None:
    if not (by.is_staff and by.has_perm(f"inference.{what}_triagereview")):
        raise NotAReviewer
