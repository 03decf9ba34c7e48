"""Work of this app on the queues."""

from contextlib import suppress
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from soap import access_review, jobs, rewriting, telling
from soap.workflow import flow, rewrite


@shared_task
async def write_note(job_id: str) -> None:
    """Runs as a coroutine in the streaming worker, since it waits for a model."""
    await flow.write(UUID(job_id))


@shared_task
async def rewrite_section(rewrite_id: str) -> None:
    """Runs as a coroutine in the streaming worker, since it waits for a model."""
    await rewrite.rewrite(UUID(rewrite_id))


@shared_task
def embed_note(job_id: str) -> None:
    flow.embed(UUID(job_id))


def embed_again(consultation_id: UUID) -> None:
    """After a vet's change; when the broker is away the sweep will do it."""
    job_id = jobs.mark_stale(consultation_id=consultation_id)
    if job_id is not None:
        with suppress(OperationalError):
            embed_note.delay(str(job_id))


@shared_task
def sweep_notes() -> int:
    """Enqueue again what waits for its note, and repair notes that have no vectors yet."""
    stale = jobs.stale()
    for job_id in stale:
        enqueue(job_id)
    for job_id in jobs.without_vectors():
        with suppress(OperationalError):
            embed_note.delay(str(job_id))
    for rewrite_id in rewriting.stale():
        enqueue_rewrite(rewrite_id)
    return len(stale)


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=5)
def mail_access_review() -> int:
    """On the first of the month, of the one that is over."""
    found = access_review.review(access_review.last_month())
    return access_review.mail_review(found, access_review.as_text(found))


@shared_task
def tell_owners() -> int:
    """Mail to owners whose notes a vet has checked."""
    return telling.send_waiting()


def enqueue_rewrite(rewrite_id: UUID) -> None:
    """As `enqueue`."""
    with suppress(OperationalError):
        rewrite_section.delay(str(rewrite_id))


def enqueue(job_id: UUID) -> None:
    """Hand a job to the queue. When the broker is away the sweep will do it."""
    with suppress(OperationalError):
        write_note.delay(str(job_id))
