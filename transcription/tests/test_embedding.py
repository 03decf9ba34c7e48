"""Confirmed texts are found by words and meaning, by their own owner alone."""

import pytest
from django.db import DatabaseError

from chat.models import Message
from inference.knowledge.embed import EmbeddingError
from inference.models import Passage, PassageVector
from transcription import confirming, tasks
from transcription.models import Transcription
from transcription.workflow import embed

pytestmark = pytest.mark.django_db

SAID = "강아지가 어제부터 노란 토를 세 번 했어요."
LATER = "오늘은 밥을 조금 먹었어요."


@pytest.fixture
def confirmed(record, enqueued, embeddings):
    def said(text):
        row = record()
        Transcription.objects.filter(pk=row.pk).update(status="ready", text=text)
        return confirming.confirm(transcription=row, text=text)

    return said


def found():
    return list(Passage.objects.filter(kind="transcript").order_by("position"))


def test_nothing_is_found_before_its_owner_has_confirmed_it(record, consultation):
    row = record()
    Transcription.objects.filter(pk=row.pk).update(status="ready", text=SAID)
    tasks.embed_transcripts(str(consultation.pk))
    assert found() == []


def test_all_texts_of_a_consultation_are_found_by_its_owner(confirmed, consultation, owner):
    first, second = confirmed(SAID), confirmed(LATER)
    tasks.embed_transcripts(str(consultation.pk))
    assert [passage.text for passage in found()] == [SAID, LATER]
    assert {(passage.owner, passage.pet) for passage in found()} == {(owner, consultation.pet)}
    assert PassageVector.objects.filter(passage__in=found()).count() == 2
    for row in (first, second):
        row.refresh_from_db()
        assert row.is_embedded


@pytest.mark.parametrize("error", [EmbeddingError("away"), DatabaseError("full")])
def test_a_text_without_vectors_is_a_partial_success_and_repaired(
    confirmed, consultation, monkeypatch, embeddings, error
):
    row = confirmed(SAID)

    def broken(*_):
        raise error

    with monkeypatch.context() as once:
        once.setattr("inference.knowledge.embed.embed_passages", broken)
        tasks.embed_transcripts(str(consultation.pk))
    row.refresh_from_db()
    assert not row.is_embedded
    assert Message.objects.get().text == SAID
    embeddings.clear()
    tasks.sweep_transcriptions()
    assert embeddings == [str(consultation.pk)]

    tasks.embed_transcripts(str(consultation.pk))
    row.refresh_from_db()
    assert row.is_embedded
    assert len(found()) == 1
    embeddings.clear()
    tasks.sweep_transcriptions()
    assert embeddings == []


def test_erasing_a_consultation_erases_its_vectors(confirmed, consultation):
    confirmed(SAID)
    tasks.embed_transcripts(str(consultation.pk))
    erased = str(consultation.pk)
    consultation.delete()
    assert found() == []
    tasks.embed_transcripts(erased)  # one that was still in the queue
    assert found() == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("가나다. 라마바!", 1),
        ("가나다라마바사. " * 100, 3),
        ("가" * 1000, 1),
        ("가나다 " * 300, 4),
        (" \n ", 0),
    ],
)
def test_a_text_is_cut_between_sentences_else_between_words(text, parts):
    cut = embed.parts_of(text)
    assert len(cut) == parts
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert all(len(part) <= embed.LONGEST_PART or " " not in part for part in cut)
