"""벡터 임베딩 생성 → 벡터 데이터 준비 → 벡터 DB 저장: a note is found again by its own owner."""

from inference.knowledge import private
from soap.models import SoapNote
from soap.reading import keywords_of, section_texts


def embed(note: SoapNote) -> None:
    """Let the note be found by what it says now; what it said before is not. Raises
    embed.EmbeddingError: its words are found all the same."""
    keywords = " / ".join(f"{name}: {value}" for name, value in keywords_of(note).items())
    sections = section_texts(note)
    # The head is what later prompts are given: it has to say by itself what the note was about.
    head = "\n".join(filter(None, [keywords, sections.get("A", "")]))
    texts = [head or note.get_urgency_display(), *filter(None, sections.values())]
    standing = private.APPROVED if note.is_locked else private.DRAFTED
    private.store(consultation=note.consultation, kind=private.SOAP, texts=texts, standing=standing)
