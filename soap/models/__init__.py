"""The tables of K-SOAP notes, by what they are about."""

from soap.models.access import AccessLog
from soap.models.jobs import NoteJob
from soap.models.learning import NoteCase
from soap.models.notes import DANGER, Amendment, Section, SoapNote
from soap.models.notices import NoteNotice
from soap.models.rewrites import Rewrite
from soap.models.sharing import ShareLink, ShareView

__all__ = [
    "DANGER",
    "AccessLog",
    "Amendment",
    "NoteCase",
    "NoteJob",
    "NoteNotice",
    "Rewrite",
    "Section",
    "ShareLink",
    "ShareView",
    "SoapNote",
]
