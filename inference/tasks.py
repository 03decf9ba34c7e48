"""Work of this app on the queues."""

from contextlib import suppress
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from drmaum.lib.threads import in_thread
from inference import jobs, search_trial
from inference.followups import asking
from inference.knowledge import gap_rows, gaps, waiting
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
    unindexed = list(ApprovedAnswer.objects.unindexed())
    for answer in unindexed:
        with suppress(EmbeddingError):
            index_approved(answer)
    return len(unindexed)


@shared_task
def reindex_library(run_id: int) -> bool:
    """Carry out a run that was asked for. Behind another run it goes on waiting."""
    return waiting.carry_out(run_id)


@shared_task
def continue_reindexing() -> int | None:
    """Enqueue the run that waits, or whose worker was lost, when no other is on."""
    run_id = waiting.next_run()
    if run_id is not None:
        enqueue_reindex(run_id)
    return run_id


@shared_task
def index_waiting_articles() -> int:
    return waiting.index_waiting()


@shared_task
def drop_retired_spaces() -> int:
    return waiting.drop_retired()


@shared_task
def try_search(trial_id: str) -> None:
    search_trial.carry_out(trial_id)


@shared_task(autoretry_for=(EmbeddingError,), retry_backoff=60, max_retries=5)
def find_gaps() -> int:
    """The gaps of the last week that is over."""
    week = gaps.last_week()
    return len(gap_rows.store(week=week, found=gaps.find(week)))


@shared_task
def forget_erased_questions() -> int:
    return gap_rows.forget_erased()


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


def enqueue_reindex(run_id: int) -> None:
    """Hand a run to the queue. When the broker is away the next round will do it."""
    with suppress(OperationalError):
        reindex_library.delay(run_id)
