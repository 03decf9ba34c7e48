"""A consultation that can be ended, and its note written in the running loop."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from chat import services
from chat.models import Consultation, Message
from inference.tests.conftest import library, models, shipped  # noqa: F401  (fixtures)
from profiles.models import User
from soap import tasks
from soap.models import NoteJob, Section, SoapNote
from soap.tests.notes import DRAFTED, make_note, make_vet
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


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was handed to the queue, in place of a broker."""
    given: list[str] = []
    monkeypatch.setattr(tasks.embed_note, "delay", lambda _job: None)
    monkeypatch.setattr(tasks.rewrite_section, "delay", given.append)
    return given


@pytest.fixture
def vet(db: None) -> User:
    """May see the queue and review."""
    return make_vet("마음", "view_soapnote")


@pytest.fixture
def colleague(db: None) -> User:
    return make_vet("다솜", "view_soapnote")


@pytest.fixture
def portal(client: Client, vet: User) -> Client:
    """A browser in which the vet is signed in."""
    client.force_login(vet)
    return client


@pytest.fixture
def note(consultation: Consultation, enqueued: list[str]) -> SoapNote:
    """A note that waits, whose first sentence rests on a message."""
    said = services.send_message(
        consultation=consultation, author=consultation.owner, text="어제부터 노란 토를 해요"
    )
    made = make_note(consultation)
    evidence = [{"kind": "message", "id": str(said.pk), "label": ""}]
    drafted = [{"text": DRAFTED["S"], "evidence": evidence}]
    Section.objects.filter(note=made, kind="S").update(drafted=drafted)
    return made


def end(consultation: Consultation, ending: str = Consultation.Ending.OWNER) -> NoteJob:
    services.end_consultation(consultation=consultation, ending=ending)
    return NoteJob.objects.get(consultation=consultation)


async def written(job: Any) -> None:
    await flow.write(job.pk)
