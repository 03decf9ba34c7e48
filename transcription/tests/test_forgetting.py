"""An erased recording: what was under way stores nothing, and nothing stays at the engine."""

import json

import pytest

from chat import erasing
from chat.models import Consultation, Event, Message
from inference.models import Passage
from profiles import purging
from profiles import tasks as profiles_tasks
from transcription import aws
from transcription.models import Transcription
from transcription.tests.aws import OUTPUT, REGION, texts
from transcription.tests.recordings import SAID, TALK
from transcription.workflow import flow, save, start

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unqueued(monkeypatch):
    monkeypatch.setattr(profiles_tasks.finish_erasure, "delay", lambda _id: None)


def nothing_is_left() -> bool:
    models = (Consultation, Message, Event, Transcription, Passage)
    return not any(model.objects.exists() for model in models)


def erasing_before(monkeypatch, module, name, consultation):
    """Erase the consultation when a worker comes to this place."""
    original = getattr(module, name)

    def erased_first(*given, **more):
        if Consultation.objects.filter(pk=consultation.pk).exists():
            erasing.erase_consultation(consultation=consultation)
        return original(*given, **more)

    monkeypatch.setattr(module, name, erased_first)


@pytest.mark.parametrize("place", [(start, "start"), (save, "save"), (save, "give_up")])
def test_a_recording_under_way_stores_nothing(record, consultation, monkeypatch, place):
    class Ready:
        name, pause = "whisper", 0.0

        def start(self, job):
            if place[1] == "give_up":
                from transcription.engines.base import FailedError

                raise FailedError("broken")

        def poll(self, job):
            from transcription.engines.base import State, Status

            return State(Status.COMPLETED)

        def download(self, job):
            return json.loads(TALK.read_text())

        def parse(self, result):
            from transcription.engines import transcript

            return transcript.segments_of(result)

        def cleanup(self, job): ...

    monkeypatch.setattr("transcription.engines.chosen.engine", lambda _name="": Ready())
    row = record("flac", body=SAID.read_bytes())
    erasing_before(monkeypatch, *place, consultation)

    for _ in range(3):
        flow.advance(row.pk)

    assert nothing_is_left()


@pytest.mark.parametrize("is_begun", [True, False])
def test_nothing_stays_with_amazon(amazon, settings, record, consultation, is_begun):
    settings.SPEECH_ENGINE = "amazon"
    row = record()
    name = f"drmaum-{row.pk}-1"
    if is_begun:
        Transcription.objects.update(engine="amazon", remote_job=name)
    # Begun at the moment of the erasure: the row never learned of it.
    client = aws.client("transcribe", REGION, settings.TRANSCRIBE_ENDPOINT)
    client.start_transcription_job(
        TranscriptionJobName=name, LanguageCode="ko-KR", MediaFormat="m4a",
        Media={"MediaFileUri": "s3://drmaum-media/x"},
    )  # fmt: skip
    amazon.put_object(Bucket=OUTPUT, Key=f"transcripts/{name}.json", Body=b"{}")

    purging.purge(erasure_id=erasing.erase_consultation(consultation=consultation).pk)

    assert texts(amazon) == []
    assert client.list_transcription_jobs()["TranscriptionJobSummaries"] == []


def test_a_recording_of_this_machine_needs_no_service(record, consultation):
    record()
    erasure = erasing.erase_consultation(consultation=consultation)
    assert erasure.counts["left"]["speech"] == []
    purging.purge(erasure_id=erasure.pk)
