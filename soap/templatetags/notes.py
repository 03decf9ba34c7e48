"""The card of a note on a consultation's page, links to notes on lists, plain addresses."""

from collections.abc import Iterable
from typing import Any

from django import template

from chat.models import Consultation
from profiles.models import User
from soap import awaiting
from soap.models import SoapNote
from soap.sharing import shortened

register = template.Library()
register.filter("shortened", shortened)


@register.inclusion_tag("note_card.html", takes_context=True)
def note_card(context: Any, consultation: Consultation) -> dict[str, Any]:
    """Says that the note is being written or there; the page's script goes on from it."""
    user = context["user"]
    if not isinstance(user, User):
        return {"awaited": awaiting.Awaited(awaiting.NONE), "consultation": consultation}
    found = awaiting.note_of(consultation, user)
    return {"awaited": found, "consultation": consultation, "sentences": awaiting.SENTENCES}


@register.simple_tag(takes_context=True)
def notes_of(context: Any, consultations: Iterable[Consultation]) -> dict[Any, Any]:
    """Consultation -> its note, in one query for a whole list."""
    user = context["user"]
    if not isinstance(user, User):
        return {}
    ids = [one.pk for one in consultations]
    mine = SoapNote.objects.visible_to(user).filter(consultation__in=ids)
    return dict(mine.values_list("consultation", "pk"))


@register.filter
def of(notes: dict[Any, Any], consultation: Consultation) -> Any:
    return notes.get(consultation.pk)
