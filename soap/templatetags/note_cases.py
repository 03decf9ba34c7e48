"""The button of a note's review page that makes an evaluation case of it."""

from typing import Any

from django import template

from soap.learning import is_corrected
from soap.models import NoteCase, SoapNote

register = template.Library()


@register.inclusion_tag("admin/soap_board_case_button.html", takes_context=True)
def note_case(context: Any, note: SoapNote) -> dict[str, Any]:
    """Nothing, until the note is signed and says something else than its draft."""
    return {
        "note": note,
        "is_offered": is_corrected(note),
        "case": NoteCase.objects.filter(note=note).first(),
        "csrf_token": context.get("csrf_token"),
    }
