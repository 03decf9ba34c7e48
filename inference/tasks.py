"""Work of this app on the queues."""

from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from inference import jobs
from inference.pipeline import flow


@shared_task
async def answer(job_id: str) -> None:
    """Runs as a coroutine in the streaming worker (drmaum.lib.streaming_pool)."""
    await flow.answer(UUID(job_id))


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
