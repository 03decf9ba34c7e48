"""What an owner reads and decides about a recording, over REST."""

import pytest

from chat import services
from chat.models import Message, Upload
from inference.models import InferenceJob, TriageResult
from transcription.models import Transcription
from transcription.tests.recordings import events

pytestmark = pytest.mark.django_db

WORDS = [{"text": "토했어요", "start": 0.0, "end": 0.6, "confidence": 0.4}]
SEGMENTS = [{"start": 0.0, "end": 0.6, "speaker": "spk_0", "words": WORDS}]
TEXT = "어제부터 노란 토를 했어요"


def at(row, path=""):
    return f"/api/v1/transcriptions/{row.pk}{path}"


@pytest.fixture
def row(record, enqueued, embeddings):
    """A text that waits for its owner."""
    found = record()
    Transcription.objects.filter(pk=found.pk).update(
        status="ready", text=TEXT, heard=TEXT, segments=SEGMENTS, progress=100, urgency="soon"
    )
    found.refresh_from_db()
    return found


def test_an_owner_reads_what_was_heard(api, row):
    found = api.get(at(row)).json()
    assert (found["status"], found["text"], found["segments"]) == ("ready", TEXT, SEGMENTS)
    assert (found["upload"], found["sent"], found["message"]) == (str(row.upload_id), None, "")
    assert api.get(at(row)).headers["Cache-Control"] == "no-store"


def test_the_list_tells_how_far_each_is_and_no_words(api, row, record):
    Transcription.objects.filter(pk=record().pk).update(status="running", progress=40)
    found = api.get(f"/api/v1/consultations/{row.consultation_id}/transcriptions").json()
    assert [(one["status"], one["progress"]) for one in found["results"]] == [
        ("ready", 100),
        ("running", 40),
    ]
    assert "text" not in found["results"][0]


@pytest.mark.parametrize("path", ["", "/confirm", "/discard", "/retry"])
def test_a_stranger_finds_nothing(sign_in, stranger, row, path):
    other = sign_in(stranger)
    answer = other.post(at(row, path), {"text": "가"}) if path else other.get(at(row))
    assert answer.status_code == 404
    listed = other.get(f"/api/v1/consultations/{row.consultation_id}/transcriptions")
    assert listed.status_code == 404
    row.refresh_from_db()
    assert row.status == "ready"


def test_only_a_confirmed_text_is_a_message_and_is_answered(
    api, row, enqueued, embeddings, django_capture_on_commit_callbacks
):
    assert InferenceJob.objects.count() == 0
    corrected = "강아지가 어제부터 노란 토를 세 번 했어요"
    with django_capture_on_commit_callbacks(execute=True):
        answer = api.post(at(row, "/confirm"), {"text": corrected})
    assert answer.status_code == 200
    found = answer.json()
    message = Message.objects.get()
    assert (found["status"], found["sent"]) == ("confirmed", str(message.pk))
    assert (message.kind, message.text) == ("audio_transcript", corrected)
    assert message.facts == {
        "transcription": str(row.pk),
        "upload": str(row.upload_id),
        "seconds": 38.0,
    }
    assert TriageResult.objects.get().message == message
    assert enqueued == [str(InferenceJob.objects.get().pk)]
    assert embeddings == [str(row.consultation_id)]
    row.refresh_from_db()
    assert (row.text, row.heard) == (corrected, TEXT)
    [told] = events(row, "message")
    assert told["message"]["facts"]["transcription"] == str(row.pk)


def test_confirming_twice_sends_once(api, row):
    first = api.post(at(row, "/confirm"), {"text": TEXT})
    again = api.post(at(row, "/confirm"), {"text": TEXT})
    other = api.post(at(row, "/confirm"), {"text": "다른 말"})
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert other.json()["code"] == "transcript_sent"
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "  "}, "invalid_input"),
        ({}, "invalid_input"),
        ({"text": "가" * 40_001}, "transcript_too_long"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused(api, row, body, code):
    answer = api.post(at(row, "/confirm"), body)
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    row.refresh_from_db()
    assert row.status == "ready"
    assert Message.objects.count() == 0


def test_an_hour_of_talk_fits_into_a_message(api, row):
    assert api.post(at(row, "/confirm"), {"text": "산책을 갔어요. " * 4000}).status_code == 200


def test_nothing_is_sent_into_a_consultation_that_ended(api, row):
    services.end_consultation(consultation=row.consultation, ending="owner")
    answer = api.post(at(row, "/confirm"), {"text": TEXT})
    assert answer.status_code == 409
    assert answer.json()["code"] == "consultation_ended"
    row.refresh_from_db()
    assert (row.status, row.text) == ("ready", TEXT)


@pytest.mark.parametrize("status", ["queued", "running", "polling", "dead", "skipped"])
def test_there_is_nothing_to_send_before_the_text_is_there(api, row, status):
    Transcription.objects.update(status=status)
    answer = api.post(at(row, "/confirm"), {"text": TEXT})
    assert answer.status_code == 409
    assert answer.json()["code"] == "transcript_not_ready"


def test_what_is_thrown_away_is_forgotten(api, row):
    assert api.post(at(row, "/discard")).json()["status"] == "discarded"
    row.refresh_from_db()
    assert (row.text, row.heard, row.segments, row.pieces) == ("", "", [], [])
    assert Upload.objects.get().status == "ready"  # the sound goes with its own retention
    assert api.post(at(row, "/confirm"), {"text": TEXT}).status_code == 409


def test_what_is_under_way_may_be_thrown_away(api, row):
    Transcription.objects.update(status="running")
    assert api.post(at(row, "/discard")).json()["status"] == "discarded"


def test_what_was_sent_is_not_thrown_away(api, row):
    api.post(at(row, "/confirm"), {"text": TEXT})
    answer = api.post(at(row, "/discard"))
    assert answer.json()["code"] == "transcript_sent"


def test_a_failed_one_says_why_and_is_tried_again(
    api, row, handed, django_capture_on_commit_callbacks
):
    Transcription.objects.update(status="dead", error="too_slow deadline", text="", segments=[])
    assert api.get(at(row)).json()["message"].startswith("글로 바꾸는 데 너무 오래 걸려")
    handed.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert api.post(at(row, "/retry")).json()["status"] == "queued"
    assert handed == [(str(row.pk), None, 0)]


def test_without_its_recording_nothing_is_tried_again(api, row):
    Transcription.objects.update(status="dead", error="engine_failed")
    Upload.objects.update(status="removed")
    answer = api.post(at(row, "/retry"))
    assert answer.status_code == 409
    assert answer.json()["code"] == "recording_gone"


def test_no_text_is_tried_again_that_waits_for_its_owner(api, row):
    assert api.post(at(row, "/retry")).json()["code"] == "transcript_not_ready"
