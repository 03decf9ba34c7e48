"""Recordings that were checked, on their way to text without a broker."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from chat.models import Consultation, Event, Upload
from chat.signals import audio_uploaded
from chat.uploads import formats
from transcription import tasks
from transcription.models import Transcription

HERE = Path(__file__).parent
SAID = HERE / "said.flac"
"""A synthetic voice, which counts: "하나 둘 셋 넷"."""
TALK = HERE / "transcribe_ko.json"
FACTS = {"seconds": 38.0, "codec": "aac", "channels": 1, "rate": 48000}


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any, Any]]:
    """Steps handed to the queue, in place of a broker: whose, whose turn, in how many seconds."""
    given: list[tuple[str, Any, Any]] = []

    def apply_async(args: tuple[str, Any], countdown: float) -> None:
        given.append((*args, countdown))

    monkeypatch.setattr(tasks.transcribe, "apply_async", apply_async)
    return given


@pytest.fixture
def embeddings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Consultations handed to the queue for their vectors."""
    given: list[str] = []
    monkeypatch.setattr(tasks.embed_transcripts, "delay", given.append)
    return given


@pytest.fixture
def record(
    consultation: Consultation,
    handed: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> Callable[..., Transcription]:
    """A recording that was checked just now, and the promise of its text."""

    def recorded(
        ending: str = "m4a", *, body: bytes | None = None, facts: Any = None, **more: Any
    ) -> Transcription:
        owner = consultation.owner
        known = formats.ENDINGS[ending]
        upload = Upload(
            owner=owner,
            consultation=consultation,
            kind="audio",
            status="ready",
            content_type=known.content_type,
            facts=FACTS if facts is None else facts,
            checked_at=timezone.now(),
        )
        upload.key = formats.checked_key("audio", upload.pk, ending)
        for name, value in more.items():
            setattr(upload, name, value)
        upload.save()
        if body is not None:
            target = Path(settings.MEDIA_ROOT) / upload.key
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)
        with django_capture_on_commit_callbacks(execute=True):
            audio_uploaded.send(Upload, upload=upload)
        return Transcription.objects.get(upload=upload)

    return recorded


def step(row: Transcription) -> Transcription:
    """One step, as a worker takes it."""
    tasks.transcribe(str(row.pk))
    row.refresh_from_db()
    return row


def run(row: Transcription, most: int = 12) -> Transcription:
    """Step by step until there is no next one."""
    for _ in range(most):
        if step(row).status not in ("queued", "running", "polling"):
            break
    return row


def events(row: Transcription, kind: str = "transcript") -> list[dict[str, Any]]:
    told = Event.objects.filter(consultation=row.consultation_id, kind=kind)
    return [event.payload for event in told]


def steps(row: Transcription) -> list[str]:
    return [step["name"] for step in row.steps]
