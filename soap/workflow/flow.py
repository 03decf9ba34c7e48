"""The arrows of the K-SOAP diagram: from an ended consultation to a stored, findable note."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError
from django.utils import timezone

from chat.models import Consultation
from drmaum.lib.threads import in_thread
from drmaum.lib.timeline import Timeline
from inference.knowledge.embed import EmbeddingError
from profiles.models import User
from soap import jobs
from soap.draft import Draft, Talk
from soap.extraction import default
from soap.models import NoteJob, SoapNote
from soap.workflow import analyse, conversation, elements, prompt, store, vectors

logger = logging.getLogger(__name__)
# An answer that is still being written is waited for, so that the note holds its advice.
WAITS_FOR_ANSWER = timedelta(seconds=90)


async def write(job_id: UUID) -> None:
    """Keep one promise of a note. Whatever fails is logged, counted and tried again."""
    claim = await in_thread(jobs.claim)(job_id)
    if claim is None:
        return
    if await in_thread(_is_too_early)(claim.consultation_id):
        await in_thread(jobs.wait)(claim=claim)
        return
    timeline = Timeline()
    try:
        async with jobs.held(claim):
            await _run(claim, timeline)
    except jobs.LeaseLostError:
        return
    except Exception as error:
        logger.warning("note %s failed: %s", job_id, type(error).__name__, exc_info=True)
        await in_thread(jobs.fail)(claim=claim, error=f"{type(error).__name__}: {error}")
    await in_thread(jobs.keep_steps)(claim=claim, steps=timeline.steps)


async def _run(claim: jobs.Claim, timeline: Timeline) -> None:
    try:
        with timeline.step("conversation"):
            talk = await in_thread(conversation.read)(claim.consultation_id)
    except (conversation.NotEndedError, Consultation.DoesNotExist):
        talk = None
    if talk is None:
        await in_thread(jobs.finish)(claim=claim, status=NoteJob.Status.SKIPPED)
        return
    note = await draft(claim.consultation_id, talk, timeline)
    with timeline.step("store"):
        await in_thread(store.store)(claim=claim, draft=note, talk=talk)
    with timeline.step("vectors") as entry:
        entry["detail"] = "stored" if await in_thread(embed)(claim.job_id) else "later"


async def draft(consultation_id: UUID, talk: Talk, timeline: Timeline) -> Draft:
    """A model's note; 분석 에러, 파싱 에러 → the default structure."""
    with timeline.step("prompt"):
        request = prompt.build(talk)
    try:
        with timeline.step("analysis") as entry:
            owner = await in_thread(_owner_of)(consultation_id)
            analysis, model = await analyse.analyse(request, owner, consultation_id)
            entry["detail"] = model
    except analyse.NoAnalysisError:
        with timeline.step("default"):
            return await in_thread(default.draft)(talk)
    with timeline.step("elements") as entry:
        note = await in_thread(elements.extract)(analysis, talk, model)
        entry["detail"] = f"{note.dropped} dropped"
    return note


def embed(job_id: UUID) -> bool:
    """Let the job's note be found by its meaning; False when that has to wait."""
    note = SoapNote.objects.filter(consultation__note_job=job_id).first()
    if note is None:
        return False
    try:
        vectors.embed(note)
    except (EmbeddingError, DatabaseError) as error:
        logger.warning("note %s has no vectors yet: %s", note.pk, type(error).__name__)
        return False
    jobs.mark_embedded(job_id=job_id)
    return True


def _is_too_early(consultation_id: UUID) -> bool:
    """Whether an answer is still being written, and not for too long."""
    consultation = Consultation.objects.filter(pk=consultation_id).first()
    if consultation is None or consultation.ended_at is None:
        return False
    if timezone.now() - consultation.ended_at > WAITS_FOR_ANSWER:
        return False
    return conversation.is_still_answered(consultation_id)


def _owner_of(consultation_id: UUID) -> User:
    return Consultation.objects.select_related("owner").get(pk=consultation_id).owner
