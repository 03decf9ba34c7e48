"""What later answers are told of earlier consultations: notes that a vet approved, no drafts."""

import pytest

from chat import services as chat_services
from inference import jobs
from inference.pipeline import context, prompt
from inference.pipeline.types import Evidence
from soap import reviewing
from soap.models import NoteJob, Section
from soap.tests.notes import make_note, make_vet
from soap.workflow import flow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("enqueued")]


def remembered(consultation):
    """What a further consultation of the same pet is given of earlier notes, and its prompt."""
    following = chat_services.open_consultation(owner=consultation.owner, pet=consultation.pet)
    message = chat_services.send_message(
        consultation=following, author=consultation.owner, text="또 토해요"
    )
    claim = jobs.claim(message.jobs.get().pk)
    question = context.question_of(claim)
    facts = context.gather(question)
    request = prompt.build(question, facts, Evidence())
    return [fact.text for fact in facts.notes], request.turns[-1].text


def test_an_approved_note_is_remembered_as_amended_and_a_draft_never(consultation):
    note, vet = make_note(consultation), make_vet("마음")
    job, _is_new = NoteJob.objects.get_or_create(consultation=note.consultation)
    NoteJob.objects.filter(pk=job.pk).update(status="done")
    flow.embed(job.pk)
    notes, asked = remembered(note.consultation)
    assert notes == []
    assert "위장 문제" not in asked

    reviewing.approve(note=note, vet=vet, read_version=note.version)
    flow.embed(job.pk)
    notes, asked = remembered(note.consultation)
    assert len(notes) == 1
    assert "위장 문제일 수 있어요" in asked

    assessment = Section.objects.get(note=note, kind="A")
    reviewing.amend(section=assessment, text="췌장염일 수 있어요", reason="검사 뒤", vet=vet)
    flow.embed(job.pk)
    notes, asked = remembered(note.consultation)
    assert len(notes) == 1
    assert "췌장염일 수 있어요" in asked
    assert "위장 문제" not in asked
