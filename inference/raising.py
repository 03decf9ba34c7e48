"""More danger than the rules saw: the one way in which a stored urgency changes, upwards."""

from django.db import transaction
from django.utils.functional import Promise

from chat import services
from chat.models import Message
from inference import rulebook
from inference.taking import take_along


@transaction.atomic
def raise_urgency(*, message: Message, urgency: str, category: str | Promise, why: str) -> None:
    """Log that `message` is more dangerous than the rules said. Nothing ever lowers it again.

    `category` names who or what saw it; `why` may be empty. What to do and what not is what the
    book says of a danger that no sign names.
    """
    triage = message.triage
    triage.raised_to = urgency
    triage.save(update_fields=["raised_to"])
    advice = rulebook.current().likeness(urgency)
    payload = {
        "categories": [str(category)],
        "why": [why] if why else [],
        "words": [],
        "now": list(advice.now) if advice else [],
        "avoid": list(advice.avoid) if advice else [],
        "take": take_along(()),
        "raises": [],
        "is_question": False,
        "is_third_party": triage.is_third_party,
        # No list was asked: there is none of which to say whether a vet has checked it.
        "is_signed": None,
    }
    services.record_triage(
        message=message,
        urgency=urgency,
        payload=payload,
        is_of_this_pet=not triage.is_third_party,
    )
