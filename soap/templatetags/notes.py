"""The card of a note on a consultation's page, links to notes on lists, plain addresses."""

from collections.abc import Iterable
from typing import Any

from django import template

from chat.models import Consultation
from chat.searching import marked
from profiles.models import Pet, User
from soap import awaiting, searching
from soap.models import SoapNote
from soap.plain import in_a_line
from soap.sharing import shortened

register = template.Library()
MOST_OF_OTHERS = 20
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


@register.simple_tag(takes_context=True)
def told_notes_of(context: Any, consultations: Iterable[Consultation]) -> dict[Any, Any]:
    """Consultation -> (its note, the note in a line), in one query for a whole list."""
    user = context["user"]
    if not isinstance(user, User):
        return {}
    mine = SoapNote.objects.visible_to(user).filter(
        consultation__in=[one.pk for one in consultations]
    )
    rows = mine.values_list("consultation", "pk", "keywords")
    return {consultation: (pk, in_a_line(keywords)) for consultation, pk, keywords in rows}


@register.simple_tag(takes_context=True)
def notes_found(context: Any, query: str, pet: Pet | None) -> list[tuple[searching.Found, Any]]:
    """Notes in which the query stands, with their snippets in pieces. Raises QueryUnfit."""
    user = context["user"]
    if not isinstance(user, User):
        return []
    found = searching.search(user=user, query=query, pet=pet.pk if pet else None)
    return [(one, marked(one.snippet, one.marks)) for one in found]


@register.simple_tag(takes_context=True)
def others_notes(context: Any, pet: Pet) -> list[tuple[SoapNote, str]]:
    """Of consultations that others who care for the pet held, each with its line."""
    user = context["user"]
    rows = SoapNote.objects.readable_by(user).filter(pet=pet).exclude(owner=user)
    newest = rows.select_related("owner").order_by("-created_at")[:MOST_OF_OTHERS]
    return [(note, in_a_line(note.keywords)) for note in newest]


@register.filter
def of(notes: dict[Any, Any], consultation: Consultation) -> Any:
    return notes.get(consultation.pk)
