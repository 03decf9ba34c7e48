"""A consultation that can be ended, and its note written in the running loop."""

from collections.abc import Callable
from typing import Any

import pytest

from chat import services
from chat.models import Consultation, Message
from inference.tests.conftest import library, models, shipped  # noqa: F401  (fixtures)
from soap import tasks
from soap.models import NoteJob
from soap.workflow import flow


@pytest.fixture
def note_jobs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Jobs of notes that were handed to the queue, in place of a broker."""
    handed: list[str] = []
    monkeypatch.setattr(tasks.write_note, "delay", handed.append)
    return handed


@pytest.fixture
def say(consultation: Consultation, enqueued: list[str]) -> Callable[[str], Message]:
    """Let the owner say something; nothing answers."""

    def said(text: str) -> Message:
        return services.send_message(
            consultation=consultation, author=consultation.owner, text=text
        )

    return said


def end(consultation: Consultation, ending: str = Consultation.Ending.OWNER) -> NoteJob:
    services.end_consultation(consultation=consultation, ending=ending)
    return NoteJob.objects.get(consultation=consultation)


async def written(job: Any) -> None:
    await flow.write(job.pk)
