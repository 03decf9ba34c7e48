"""Notes as drafts wrote them, edited and signed by a vet, for tests of what is learned of it."""

from soap import reviewing
from soap.tests.portal import another, section


def drafted(name, **fields):
    """A note whose sections say what their drafts say."""
    note = another(name, **fields)
    for part in note.sections.all():
        part.drafted = [{"text": part.text, "evidence": []}]
        part.save()
    return note


def edit(note, vet, text, kind="S"):
    part = section(note, kind)
    reviewing.edit(section=part, text=text, vet=vet, read_version=part.version)


def sign(note, vet):
    note.refresh_from_db()
    return reviewing.approve(note=note, vet=vet, read_version=note.version)
