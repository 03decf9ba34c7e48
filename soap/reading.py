"""Reads of a note, by an object that the caller has proven to be visible."""

from soap.models import Section, SoapNote


def section_texts(note: SoapNote) -> dict[str, str]:
    """What stands in each section: after an approval the newest amendment."""
    sections = note.sections.prefetch_related("amendments")
    return {section.kind: standing_text(section) for section in sections}


def standing_text(section: Section) -> str:
    amendments = list(section.amendments.all())
    return amendments[-1].text if amendments else section.text
