"""The K-SOAP diagram: every branch from an ended consultation to a stored note."""

import pytest
from django.db import DatabaseError

from chat.models import Consultation, Event
from drmaum.lib.threads import in_thread
from inference.knowledge.embed import EmbeddingError
from inference.models import InferenceJob, Passage
from profiles.models import Consent
from profiles.services import change_consent
from soap import jobs, tasks
from soap.models import NoteJob, SoapNote
from soap.tests.conftest import end, written
from soap.workflow import conversation, flow, store

pytestmark = pytest.mark.django_db(transaction=True)

VOMITS = "어제부터 노란 토를 하루 세 번 했어요"


def settle(consultation):
    """Let every answer count as given, so that the note need not wait."""
    InferenceJob.objects.filter(message__consultation=consultation).update(status="done")


@pytest.fixture
def ended(consultation, say, note_jobs):
    say(VOMITS)
    settle(consultation)
    return end(consultation)


def note_of(job):
    return SoapNote.objects.filter(consultation=job.consultation_id).first()


def steps_of(job):
    job.refresh_from_db()
    return [step["name"] for step in job.steps]


@pytest.mark.parametrize("ending", Consultation.Ending.values)
def test_every_ending_promises_a_note(consultation, say, note_jobs, ending):
    say(VOMITS)

    job = end(consultation, ending)

    assert note_jobs == [str(job.pk)]


def test_ending_twice_promises_one_note(consultation, say, note_jobs):
    say(VOMITS)
    end(consultation)
    end(consultation)

    assert NoteJob.objects.count() == 1
    assert len(note_jobs) == 1


def test_erasing_a_consultation_promises_nothing(consultation, say, note_jobs):
    say(VOMITS)

    consultation.delete()

    assert not NoteJob.objects.exists()
    assert note_jobs == []


async def test_a_note_is_written_and_told(ended):
    await written(ended)

    note = await in_thread(note_of)(ended)
    assert note.is_default
    sections = await in_thread(list)(note.sections.all())
    assert [section.kind for section in sections] == ["S", "O", "A", "P"]
    assert "노란 토" in sections[0].text
    told = Event.objects.filter(kind="soap", payload__note=str(note.pk))
    assert await in_thread(told.count)() == 1


async def test_a_written_note_is_not_written_again(ended):
    await written(ended)
    await written(ended)

    assert await in_thread(SoapNote.objects.count)() == 1


async def test_a_consultation_that_goes_on_is_passed_over(ended):
    again = Consultation.objects.filter(pk=ended.consultation_id)
    await in_thread(again.update)(ended_at=None, ending="")

    await written(ended)

    await in_thread(ended.refresh_from_db)()
    assert ended.status == NoteJob.Status.SKIPPED
    assert await in_thread(note_of)(ended) is None


async def test_a_consultation_without_a_word_is_skipped(consultation, note_jobs):
    job = await in_thread(end)(consultation)

    await written(job)

    await in_thread(job.refresh_from_db)()
    assert job.status == NoteJob.Status.SKIPPED
    assert await in_thread(note_of)(job) is None


async def test_what_cannot_be_read_is_tried_again(ended, monkeypatch):
    def broken(_consultation_id):
        raise DatabaseError("gone")

    monkeypatch.setattr(conversation, "read", broken)
    await written(ended)

    await in_thread(ended.refresh_from_db)()
    assert (ended.status, ended.attempts) == (NoteJob.Status.QUEUED, 1)
    assert "DatabaseError" in ended.error

    monkeypatch.undo()
    await written(ended)
    assert await in_thread(note_of)(ended) is not None


async def test_what_cannot_be_saved_is_tried_again_and_leaves_nothing_half(ended, monkeypatch):
    def broken(*_args, **_kwargs):
        raise DatabaseError("disk")

    monkeypatch.setattr(store, "record_event", broken)
    await written(ended)

    await in_thread(ended.refresh_from_db)()
    assert (ended.status, ended.attempts) == (NoteJob.Status.QUEUED, 1)
    assert await in_thread(SoapNote.objects.count)() == 0


async def test_after_three_attempts_a_job_is_dead_until_staff_requeue_it(ended, monkeypatch):
    def broken(_consultation_id):
        raise DatabaseError("gone")

    monkeypatch.setattr(conversation, "read", broken)
    for _ in range(3):
        await written(ended)
    await in_thread(ended.refresh_from_db)()
    assert ended.status == NoteJob.Status.DEAD

    monkeypatch.undo()
    await in_thread(jobs.requeue)(job=ended)
    await written(ended)
    assert await in_thread(note_of)(ended) is not None


async def test_a_note_without_vectors_is_a_partial_success_that_is_repaired(ended, monkeypatch):
    def broken(*_args):
        raise EmbeddingError("no model")

    monkeypatch.setattr("inference.knowledge.embed.embed_passages", broken)
    await written(ended)

    await in_thread(ended.refresh_from_db)()
    assert ended.status == NoteJob.Status.DONE
    assert not ended.is_embedded
    assert await in_thread(Passage.objects.filter(kind="soap").exists)()

    monkeypatch.undo()
    await in_thread(flow.embed)(ended.pk)
    await in_thread(ended.refresh_from_db)()
    assert ended.is_embedded
    found = Passage.objects.filter(kind="soap", vectors__isnull=False)
    assert await in_thread(found.exists)()


async def test_an_answer_that_is_still_written_is_waited_for(consultation, say, note_jobs):
    await in_thread(say)(VOMITS)
    job = await in_thread(end)(consultation)

    await written(job)

    assert await in_thread(note_of)(job) is None
    await in_thread(settle)(consultation)
    await written(job)
    assert await in_thread(note_of)(job) is not None


async def test_a_job_that_another_worker_holds_is_left_alone(ended):
    assert await in_thread(jobs.claim)(ended.pk) is not None

    await written(ended)

    assert await in_thread(note_of)(ended) is None


async def test_a_worker_that_lost_its_lease_stores_nothing(ended):
    claim = await in_thread(jobs.claim)(ended.pk)
    talk = await in_thread(conversation.read)(ended.consultation_id)
    draft = await in_thread(flow.default.draft)(talk)
    taken_over = NoteJob.objects.filter(pk=ended.pk)
    await in_thread(taken_over.update)(fence=claim.fence + 1)

    with pytest.raises(jobs.LeaseLostError):
        await in_thread(store.store)(claim=claim, draft=draft, talk=talk)

    assert await in_thread(SoapNote.objects.count)() == 0


def test_the_sweep_enqueues_what_was_never_enqueued(ended, note_jobs):
    NoteJob.objects.update(enqueued_at=None)
    note_jobs.clear()

    tasks.sweep_notes()

    assert note_jobs == [str(ended.pk)]


@pytest.mark.parametrize("agrees", [True, False])
def test_vets_are_offered_a_note_only_where_its_owner_agrees(ended, agrees):
    owner = ended.consultation.owner
    change_consent(user=owner, kind=Consent.Kind.VET_REVIEW, is_granted=agrees)
    claim = jobs.claim(ended.pk)
    talk = conversation.read(ended.consultation_id)

    note = store.store(claim=claim, draft=flow.default.draft(talk), talk=talk)

    assert (note.offered_at is not None) == agrees
