"""Files to print: a note (상담 요약) on one page of A4, and a whole consultation on several.

The drawing library is loaded when the first file is asked for: it brings libraries that the web
process otherwise does without.
"""

from django.utils import timezone

from soap.exporting import Taken
from soap.models import SoapNote
from soap.plain import summarise


def render(note: SoapNote, *, address: str = "") -> bytes:
    """The file. `address` is that of a shared link, drawn as a QR code."""
    from soap import sheet  # noqa: PLC0415  (see above)

    return sheet.draw(summarise(note), address=address)


def render_talk(taken: Taken) -> bytes:
    from soap import talk_sheets  # noqa: PLC0415  (see above)

    return talk_sheets.draw(taken)


def file_name(note: SoapNote) -> str:
    return f"상담요약-{note.pet.name}-{timezone.localtime(note.created_at):%Y-%m-%d}.pdf"
