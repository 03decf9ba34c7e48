"""The tables of K-SOAP notes, by what they are about."""

from soap.models.access import AccessLog
from soap.models.jobs import NoteJob
from soap.models.notes import Amendment, Section, SoapNote
from soap.models.sharing import ShareLink, ShareView

__all__ = [
    "AccessLog",
    "Amendment",
    "NoteJob",
    "Section",
    "ShareLink",
    "ShareView",
    "SoapNote",
]
