"""The card of a check-in, on pages of an app below."""

from typing import Any

from django import template

from chat.models import Consultation
from inference.followups import asking, questions
from inference.followups.answering import Choice
from inference.models import FollowUp
from profiles.models import User

register = template.Library()
register.filter("sentence", questions.sentence)


@register.inclusion_tag("follow_ups.html", takes_context=True)
def follow_ups(context: Any, consultation: Consultation | None = None) -> dict[str, Any]:
    """The questions that wait for the signed-in owner, or those of one consultation."""
    user = context["user"]
    waiting = asking.waiting_for(user) if isinstance(user, User) else FollowUp.objects.none()
    if consultation is not None:
        waiting = waiting.filter(message__consultation=consultation)
    return {
        "follow_ups": waiting,
        "choices": Choice.choices,
        "is_of_all": consultation is None,
        "csrf_token": context.get("csrf_token"),
    }
