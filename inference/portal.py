"""What the review board and the queue of dangers show alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chat.models import Message
from chat.portal import COLOURS, urgency_tag

LONGEST_SHOWN = 160


@dataclass(frozen=True)
class Button:
    """One click that posts to an address."""

    address: str
    text: Any
    urgency: str = ""

    @property
    def colour(self) -> str:
        return COLOURS.get(self.urgency, "")


def buttons(shown: Iterable[Button]) -> SafeString:
    """Each submits the form of the page, and its token with it."""
    return render_to_string("admin/buttons.html", {"buttons": list(shown)})


def lines(texts: Iterable[str]) -> SafeString:
    """A text a line."""
    return format_html('<div class="lines">{}</div>', "\n".join(texts))


def excerpt(message: Message) -> str:
    text = message.text
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def animal(message: Message) -> str:
    """Species and age on the day of the message, without its name."""
    pet = message.consultation.pet
    months = pet.age_in_months(timezone.localdate(message.created_at))
    if months is None:
        age = _("나이 모름")
    elif months < 12:
        age = _("%(months)s개월") % {"months": months}
    else:
        age = _("%(years)s살") % {"years": months // 12}
    return f"{pet.get_species_display()} · {age}"


def conversation(message: Message) -> SafeString:
    """The whole consultation in order, with this message marked in it."""
    said = Message.objects.filter(consultation=message.consultation_id).order_by("seq")
    return render_to_string("admin/conversation.html", {"said": said, "marked": message.pk})


def findings(found: Iterable[Mapping[str, Any]], *, has_advice: bool = False) -> SafeString:
    """What fired, and by which words; `has_advice` adds what the owner is told to do."""
    rows = [{**one, "tag": urgency_tag(one["urgency"])} for one in found]
    return render_to_string("admin/findings.html", {"findings": rows, "has_advice": has_advice})
