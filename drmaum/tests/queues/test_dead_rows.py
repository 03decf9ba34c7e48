"""`manage.py replay_dead_letters` and promises of the job tables, whichever the broker."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chat.models import Message, Upload
from inference.models import InferenceJob
from inference.tests.conftest import fail, send
from profiles.models import DataExport
from soap.models import NoteJob
from transcription.models import Transcription
from transcription.tests.recordings import embeddings, handed, record  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db


def replay(*arguments: str) -> dict[str, str]:
    """Which kind of promise, and what became of it."""
    out = StringIO()
    call_command("replay_dead_letters", "--json", *arguments, stdout=out)
    return {line["source"]: line["outcome"] for line in json.loads(out.getvalue())}


@pytest.fixture
def answer(consultation: Any, enqueued: list[str]) -> InferenceJob:
    job = send(consultation, "강아지가 자꾸 긁어요")
    fail(job, times=3)
    enqueued.clear()
    return job


@pytest.fixture
def note(consultation: Any) -> NoteJob:
    return NoteJob.objects.create(consultation=consultation, status="dead", attempts=3)


@pytest.fixture
def export(owner: Any) -> DataExport:
    return DataExport.objects.create(user=owner, status="dead", attempts=3)


@pytest.fixture
def recording(record: Callable[..., Transcription], handed: list[Any]) -> Transcription:  # noqa: F811
    row = record()
    Transcription.objects.update(status="dead", attempts=3, error="unreadable")
    handed.clear()
    return row


def test_a_dead_answer_is_tried_again_and_its_apology_goes(
    answer: InferenceJob, enqueued: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert replay() == {"table of answers": "replayed"}

    answer.refresh_from_db()
    assert (answer.status, answer.attempts) == ("queued", 0)
    assert enqueued == [str(answer.pk)]
    assert not Message.objects.filter(answers=answer.message, status="failed").exists()


def test_dead_notes_and_copies_wait_for_the_sweep(note: NoteJob, export: DataExport) -> None:
    assert replay() == {"table of notes": "replayed", "table of exports": "replayed"}

    for row in (note, export):
        row.refresh_from_db()
        assert (row.status, row.attempts, row.enqueued_at) == ("queued", 0, None)


def test_a_dead_recording_is_heard_again(
    recording: Transcription,
    handed: list[Any],  # noqa: F811
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert replay("--queue", "speech") == {"table of speech": "replayed"}

    assert handed == [(str(recording.pk), None, 0)]


def test_an_erased_recording_stays_dead_with_its_reason(recording: Transcription) -> None:
    Upload.objects.update(status="removed")
    out = StringIO()

    with pytest.raises(CommandError, match="1 stay dead"):
        call_command("replay_dead_letters", stdout=out)

    assert "left: recording_gone" in out.getvalue()


def test_a_rehearsal_changes_no_row(answer: InferenceJob, note: NoteJob) -> None:
    told = replay("--dry-run")

    assert set(told.values()) == {"would be replayed"}
    assert InferenceJob.objects.get().status == "dead"
    assert NoteJob.objects.get().status == "dead"


def test_only_the_rows_of_the_queue_that_was_asked_for(note: NoteJob, export: DataExport) -> None:
    assert replay("--queue", "work") == {"table of exports": "replayed"}
    assert NoteJob.objects.get().status == "dead"


def test_a_limit_counts_rows_of_all_kinds(
    answer: InferenceJob, note: NoteJob, export: DataExport
) -> None:
    assert replay("--limit", "2") == {
        "table of answers": "replayed",
        "table of notes": "replayed",
    }
    assert DataExport.objects.get().status == "dead"
