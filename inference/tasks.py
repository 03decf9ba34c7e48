"""Work of this app on the queues."""

from contextlib import suppress
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from drmaum.lib.threads import in_thread
from inference import jobs
from inference.followups import asking
from inference.knowledge.approved import index_approved
from inference.knowledge.embed import EmbeddingError
from inference.memory.remember import is_due, remember
from inference.models import ApprovedAnswer
from inference.pipeline import flow


@shared_task
async def answer(job_id: str) -> None:
    """Runs as a coroutine in the streaming worker (drmaum.lib.streaming_pool)."""
    consultation_id = await flow.answer(UUID(job_id))
    if consultation_id is not None and await in_thread(is_due)(consultation_id):
        with suppress(OperationalError):  # the next answer asks again
            await in_thread(remember_talk.delay)(str(consultation_id))


@shared_task
async def remember_talk(consultation_id: str) -> None:
    """Sum up what the next prompt will not carry word by word."""
    await remember(UUID(consultation_id))


@shared_task
def index_approved_answers() -> int:
    """Compute what approved answers need to be found; those that fail wait for the next round."""
    waiting = list(ApprovedAnswer.objects.unindexed())
    for answer in waiting:
        with suppress(EmbeddingError):
            index_approved(answer)
    return len(waiting)


@shared_task
def ask_follow_ups() -> int:
    return asking.ask_due()


@shared_task
def sweep() -> int:
    """Enqueue again what was never enqueued, waited long, or lost its worker."""
    stale = jobs.stale_jobs()
    for job_id in stale:
        enqueue(job_id)
    return len(stale)


def enqueue(job_id: UUID) -> None:
    """Hand a job to the queue. When the broker is away the sweep will do it."""
    try:
        answer.delay(str(job_id))
    except OperationalError:
        return
