"""벡터 임베딩 생성 · 벡터 데이터 준비 · 벡터 DB 저장: confirmed texts are found by meaning."""

import logging
import re

from django.db import DatabaseError, transaction

from chat.models import Consultation
from inference.knowledge import private
from inference.knowledge.embed import EmbeddingError
from transcription.models import Transcription

logger = logging.getLogger(__name__)
# A part of a text that one vector can stand for.
LONGEST_PART = 350
_SENTENCE = re.compile(r"[^.?!…\n]+[.?!…]*\s*|\n+")


def embed(consultation: Consultation) -> bool:
    """Let the confirmed texts of a consultation be found; False is a partial success: the
    messages stand, and their vectors are made later."""
    try:
        return _store(consultation)
    except DatabaseError as error:
        logger.warning("transcripts of %s not stored: %s", consultation.pk, type(error).__name__)
        return False


@transaction.atomic
def _store(consultation: Consultation) -> bool:
    """All of them together, since they replace what was found before."""
    confirmed = Transcription.objects.filter(
        consultation=consultation, status=Transcription.Status.CONFIRMED
    )
    rows = list(confirmed.order_by("confirmed_at").select_for_update())
    texts = [part for row in rows for part in parts_of(row.text)]
    try:
        private.store(consultation=consultation, kind=private.TRANSCRIPT, texts=texts)
    except EmbeddingError as error:
        told = type(error).__name__  # a served model may quote what it was given
        logger.warning("transcripts of %s have no vectors yet: %s", consultation.pk, told)
        return False
    confirmed.filter(pk__in=[row.pk for row in rows]).update(is_embedded=True)
    return True


def parts_of(text: str) -> list[str]:
    """A text in parts of some sentences; a sentence longer than a part is cut between words."""
    parts = [""]
    for sentence in _SENTENCE.findall(text):
        for piece in _cut(sentence):
            if parts[-1] and len(parts[-1]) + len(piece) > LONGEST_PART:
                parts.append("")
            parts[-1] += piece
    return [" ".join(part.split()) for part in parts if part.strip()]


def _cut(sentence: str) -> list[str]:
    pieces = [""]
    for word in re.findall(r"\S+\s*", sentence):
        if pieces[-1] and len(pieces[-1]) + len(word) > LONGEST_PART:
            pieces.append("")
        pieces[-1] += word
    return pieces
