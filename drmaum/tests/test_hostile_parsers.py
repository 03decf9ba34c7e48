"""The corpus of hostile inputs over what comes from queues, engines and files: refused by the error
that its reader names, or worth nothing, and never a row changed."""

import json
from typing import Any

import pytest

from drmaum.tests.api_world import api_world  # noqa: F401  (a fixture)
from drmaum.tests.hostile import corpus
from drmaum.tests.hostile.corpus import Input, filled
from drmaum.tests.hostile.judging import Rows
from inference.clinics import register
from inference.clinics.register import RegisterError, Skipped
from inference.knowledge import loading
from inference.knowledge.loading import ArticleError
from transcription import arrivals, queue
from transcription.engines import transcript
from transcription.queue import Message


def inputs(surface: str) -> Any:
    return pytest.mark.parametrize("one", corpus.inputs(surface), ids=lambda one: str(one)[:60])


def test_hostile_messages_of_the_queue_neither_stop_it_nor_change_a_row(
    api_world,  # noqa: F811
    monkeypatch,
    settings,
):
    settings.MEDIA_BUCKET = "drmaum-media"
    known = {**api_world.known, "bucket": [settings.MEDIA_BUCKET]}
    bodies = [told(one, known) for one in corpus.inputs("messages")]
    batches = iter([[Message(str(at), str(at), body) for at, body in enumerate(bodies)], []])
    done: list[str] = []
    monkeypatch.setattr(queue, "receive", lambda _patience: next(batches))
    monkeypatch.setattr(queue, "delete", lambda message: done.append(message.body))

    count, changed = Rows().changed_by(lambda: arrivals.consume_waiting(arrivals.Shift()))

    assert (count, changed) == (len(bodies), set())
    assert done == bodies


def told(one: Input, known: dict[str, list[Any]]) -> str:
    """A message as it stands, or the bucket's telling of a key."""
    if one.to == "event":
        return str(filled(one.value, known))
    key = {"key": filled(one.value, known)}
    record = {"bucket": {"name": known["bucket"][0]}, "object": key}
    return json.dumps({"Records": [{"eventName": "ObjectCreated:Put", "s3": record}]})


@inputs("transcripts")
def test_a_hostile_transcript_is_refused(one):
    with pytest.raises(ValueError, match=r"\w"):
        transcript.segments_of(one.value)


@inputs("registers")
def test_a_hostile_register_is_refused_or_holds_no_hospital(one):
    try:
        found = list(register.read(one.value.encode(), lambda x, y: (y, x)))
    except RegisterError:
        found = []
    assert all(isinstance(row, Skipped) for row in found)


@inputs("articles")
def test_a_hostile_article_is_refused(one):
    with pytest.raises(ArticleError):
        loading.parse("ears", one.value)
