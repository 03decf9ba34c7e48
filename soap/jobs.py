"""The promise of a note and who keeps it: a lease with a fence, renewed while a worker lives."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from chat.models import Consultation
from drmaum.lib import tracing
from drmaum.lib.threads import in_thread
from soap.models import NoteJob

Status = NoteJob.Status
RENEWED_EVERY = 2.0
# A job that nobody took so long is handed to the queue again.
WAITS = timedelta(seconds=20)


class LeaseLostError(Exception):
    """Another worker has taken the job over, or it is finished."""


@dataclass(frozen=True)
class Claim:
    """A job that this worker holds."""

    job_id: UUID
    consultation_id: UUID
    fence: int


def create(*, consultation: Consultation) -> NoteJob:
    """The promise of a note: one a consultation, however often it ends."""
    job, _ = NoteJob.objects.get_or_create(
        consultation=consultation, defaults={"enqueued_at": Now()}
    )
    return job


def claim(job_id: UUID) -> Claim | None:
    """Take a job whose lease is free; None when it is finished or held."""
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    waiting = NoteJob.objects.filter(free, pk=job_id, status__in=[Status.QUEUED, Status.RUNNING])
    taken = waiting.update(status=Status.RUNNING, fence=F("fence") + 1, lease_until=_lease_end())
    if not taken:
        return None
    job = NoteJob.objects.get(pk=job_id)
    return Claim(job.pk, job.consultation_id, job.fence)


@asynccontextmanager
async def held(taken: Claim) -> AsyncIterator[None]:
    """Renew the lease for as long as the block runs."""
    renewing = asyncio.create_task(_renew(taken))
    try:
        yield
    finally:
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing


def finish(*, claim: Claim, status: str = Status.DONE) -> None:
    """Within the transaction of its result. Raises LeaseLostError."""
    done = _ours(claim).update(
        status=status, lease_until=None, finished_at=Now(), error="", is_embedded=False
    )
    if not done:
        raise LeaseLostError


def keep_steps(*, claim: Claim, steps: list[dict[str, Any]]) -> None:
    NoteJob.objects.filter(pk=claim.job_id, fence=claim.fence).update(steps=steps)


def mark_embedded(*, job_id: UUID) -> None:
    NoteJob.objects.filter(pk=job_id).update(is_embedded=True)


def mark_stale(*, consultation_id: UUID) -> UUID | None:
    """The note says something else than its vectors do. Returns its job."""
    NoteJob.objects.filter(consultation=consultation_id).update(is_embedded=False)
    return NoteJob.objects.filter(consultation=consultation_id).values_list("pk", flat=True).first()


def wait(*, claim: Claim) -> None:
    """Give a job back untouched: the sweep enqueues it again."""
    _ours(claim).update(status=Status.QUEUED, lease_until=None, enqueued_at=None)


@transaction.atomic
def fail(*, claim: Claim, error: str) -> None:
    """Count a failed attempt: back to the queue, or dead for staff to see."""
    job = _ours(claim).select_for_update().first()
    if job is None:
        return
    job.attempts += 1
    job.error, job.lease_until, job.enqueued_at = error[:300], None, None
    is_used_up = job.attempts >= settings.JOB_ATTEMPTS
    job.status = Status.DEAD if is_used_up else Status.QUEUED
    job.save()
    if is_used_up:
        tracing.count("drmaum.jobs.died", kind="notes")


def requeue(*, job: NoteJob) -> None:
    """Staff give a dead job three more attempts."""
    dead = NoteJob.objects.filter(pk=job.pk, status=Status.DEAD)
    dead.update(status=Status.QUEUED, attempts=0, error="", enqueued_at=None)


def stale(limit: int = 200) -> list[UUID]:
    """Jobs to be enqueued: never enqueued, waiting long, or of a worker that is gone. They count
    as enqueued from now on."""
    lost = Q(status=Status.RUNNING, lease_until__lt=Now())
    long_ago = Q(enqueued_at=None) | Q(enqueued_at__lt=Now() - WAITS)
    waiting = NoteJob.objects.filter(lost | Q(long_ago, status=Status.QUEUED))
    ids = list(waiting.order_by("created_at").values_list("pk", flat=True)[:limit])
    NoteJob.objects.filter(pk__in=ids).update(enqueued_at=Now())
    return ids


def without_vectors(limit: int = 50) -> list[UUID]:
    """Jobs whose note was stored without its vectors."""
    waiting = NoteJob.objects.filter(status=Status.DONE, is_embedded=False)
    return list(waiting.order_by("finished_at").values_list("pk", flat=True)[:limit])


async def _renew(taken: Claim) -> None:
    while True:
        await asyncio.sleep(RENEWED_EVERY)
        await in_thread(_ours(taken).update)(lease_until=_lease_end())


def _ours(claim: Claim) -> Any:
    return NoteJob.objects.filter(pk=claim.job_id, fence=claim.fence, status=Status.RUNNING)


def _lease_end() -> Any:
    return Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
