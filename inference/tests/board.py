"""People and messages of the review board, for its tests."""

from django.contrib.auth.models import Permission

from chat import services as chat_services
from chat.models import Consultation, Message
from inference import reviews
from inference.models import TriageReview
from profiles.models import User

GRAPES = "강아지가 포도를 먹었어요"  # an emergency by the rules
BREATH = "강아지 입냄새가 나요"  # none


def vet(*permissions: str, role: str = "vet") -> User:
    """A signed-up vet with these permissions, as "change_triagereview"."""
    name = f"{role}{User.objects.count()}@example.com"
    made = User.objects.create_user(name, "따뜻한-물-한-그릇-7", name="김수의", role=role)
    made.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return User.objects.get(pk=made.pk)


def reviewer() -> User:
    """A vet who may do everything on the board and in the queue."""
    return vet(
        "view_triagereview", "add_triagereview", "change_triagereview", "view_triageresult"
    )  # fmt: skip


def say(consultation: Consultation, text: str = BREATH) -> Message:
    return chat_services.send_message(
        consultation=consultation, author=consultation.owner, text=text
    )


def answer(message: Message, text: str = "지켜봐 주세요.") -> Message:
    """The stored reply to an owner's message."""
    return chat_services.post_reply(
        message=message, reply_id=message.jobs.get().reply_id, text=text, status="complete",
        facts={},
    )  # fmt: skip


def flagged(message: Message, comment: str = "") -> TriageReview:
    """On the board by its owner's word."""
    owner = message.consultation.owner
    return reviews.flag(message=message, source="owner", comment=comment, by=owner)


def case(message: Message, urgency: str, by: User) -> TriageReview:
    """A labelled case."""
    return reviews.label(review=flagged(message), urgency=urgency, by=by)
