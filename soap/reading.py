"""Reads of a note, by an object that the caller has proven to be visible."""

from soap.draft import KEYWORDS
from soap.models import Section, SoapNote


def section_texts(note: SoapNote) -> dict[str, str]:
    """What stands in each section: after an approval the newest amendment."""
    sections = note.sections.prefetch_related("amendments")
    return {section.kind: standing_text(section) for section in sections}


def standing_text(section: Section) -> str:
    amendments = list(section.amendments.all())
    return amendments[-1].text if amendments else section.text


def keywords_of(note: SoapNote) -> dict[str, str]:
    """The keyword block, its lines in the order of the glossary."""
    known = [name for name in KEYWORDS if name in note.keywords]
    others = [name for name in note.keywords if name not in KEYWORDS]
    return {name: str(note.keywords[name]) for name in [*known, *others]}
