"""The writes of what owners think of replies."""

from collections.abc import Sequence
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat.models import Consultation, Feedback, Message, Rating
from chat.signals import reply_rated
from drmaum.lib.errors import Refusal


class NotAReply(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "not_a_reply"
    message = _("답변만 평가할 수 있어요.")


@transaction.atomic
def rate_reply(
    *, reply: Message, is_helpful: bool, reasons: Sequence[str] = (), comment: str = ""
) -> Feedback:
    """Keep what the owner thinks of a reply; a later rating takes the place of an earlier one.

    Raises NotAReply.
    """
    if reply.role != Message.Role.ASSISTANT:
        raise NotAReply
    given = {"is_helpful": is_helpful, "reasons": list(reasons), "comment": comment}
    found, _created = Feedback.objects.update_or_create(
        message=reply, defaults={**given, "handled_at": None}
    )
    reply_rated.send(Feedback, feedback=found)
    return found


def withdraw_rating(*, reply: Message) -> None:
    Feedback.objects.filter(message=reply).delete()


class NothingToRate(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "nothing_to_rate"
    message = _("아직 나눈 이야기가 없는 상담이에요.")


@transaction.atomic
def rate_consultation(
    *, consultation: Consultation, stars: int, reasons: Sequence[str] = (), comment: str = ""
) -> Rating:
    """Keep what the owner thinks of a consultation; a later rating takes the place of an earlier
    one. Raises NothingToRate."""
    if not consultation.head_seq:
        raise NothingToRate
    given = {"stars": stars, "reasons": list(reasons), "comment": comment}
    rated, _created = Rating.objects.update_or_create(consultation=consultation, defaults=given)
    return rated


def withdraw_consultation_rating(*, consultation: Consultation) -> None:
    Rating.objects.filter(consultation=consultation).delete()
