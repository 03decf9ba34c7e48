"""The life of an inference job: queued, claimed under a fence, renewed, done, or dead.

The row is the promise. A lease lasts `JOB_LEASE_SECONDS` after its last renewal; every write
of a worker carries the fence that its claim drew, so a worker that lost its lease can store
nothing. Times are the database's own: clocks of workers may differ.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Now

from chat import services
from chat.models import Message
from drmaum.lib import tracing
from inference.models import InferenceJob, Run
from profiles.models import Consent
from profiles.services import has_consent

logger = logging.getLogger(__name__)
MOST_LOSSES = 8
REQUEUE_AFTER = timedelta(seconds=10)
Status = InferenceJob.Status


class LeaseLostError(Exception):
    """Another worker holds this job now, or it is finished."""


@dataclass(frozen=True)
class Claim:
    """A job in the hands of this worker."""

    job: InferenceJob
    message: Message
    allows_overseas: bool

    @property
    def fence(self) -> int:
        return self.job.fence


@transaction.atomic
def create(*, message: Message, version: int = 1) -> InferenceJob:
    """The promise of a reply, made in the transaction that stores the message."""
    return InferenceJob.objects.create(
        message=message, version=version, enqueued_at=Now(), trace=tracing.header()
    )


@transaction.atomic
def claim(job_id: UUID) -> Claim | None:
    """Take a job whose lease is free; None when it is finished, held, or used up.

    Taking over an expired lease counts a loss: the earlier worker was killed from outside.
    """
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    waiting = InferenceJob.objects.filter(
        free, pk=job_id, status__in=[Status.QUEUED, Status.RUNNING]
    )
    lost = Case(When(status=Status.RUNNING, then=1), default=0)
    if not waiting.update(losses=F("losses") + lost, **_lease()):
        return None
    related = ("message__triage", "message__consultation__pet", "message__consultation__owner")
    job = InferenceJob.objects.select_related(*related).get(pk=job_id)
    if job.losses > MOST_LOSSES:
        _bury(job, "the worker was lost too often")
        return None
    if job.fence > 1:
        Run.objects.filter(job=job, outcome="running").update(outcome="lost")
    Run.objects.create(job=job, fence=job.fence)
    owner = job.message.consultation.owner
    return Claim(job, job.message, has_consent(user=owner, kind=Consent.Kind.OVERSEAS_AI))


def renew(held: Mapping[UUID, int]) -> dict[UUID, bool]:
    """Renew the leases that still carry their fence: one read, one write for all of them.

    Returns job id -> whether a stop was asked, for those still held; the others are lost.
    """
    running = InferenceJob.objects.filter(pk__in=list(held), status=Status.RUNNING)
    rows = running.values_list("pk", "fence", "stop_asked_at")
    ours = {pk: stop is not None for pk, fence, stop in rows if held[pk] == fence}
    fences = Q(pk=None)
    for pk in ours:
        fences |= Q(pk=pk, fence=held[pk])
    running.filter(fences).update(lease_until=_lease_end())
    return ours


@transaction.atomic
def complete(
    *,
    job_id: UUID,
    fence: int,
    text: str,
    status: str,
    facts: Mapping[str, Any],
    run: Mapping[str, Any],
) -> Message:
    """Store the reply and finish the job together; `run` are fields of its Run.

    Raises LeaseLostError.
    """
    job = still_held(job_id, fence)
    reply = services.post_reply(
        message=job.message,
        reply_id=job.reply_id,
        version=job.version,
        text=text,
        status=status,
        facts=facts,
    )
    job.status, job.finished_at, job.lease_until = Status.DONE, Now(), None
    if status == Message.Status.FAILED:
        job.status, job.error = Status.DEAD, "no responder could answer"
        tracing.count("drmaum.jobs.died", kind="answers")
    job.save(update_fields=["status", "finished_at", "lease_until", "error"])
    _close_run(job, job.status, run)
    return reply


@transaction.atomic
def fail(*, job_id: UUID, fence: int, error: str, steps: list[dict[str, Any]]) -> None:
    """Count a failed attempt: back to the queue, or dead with a sentence to the owner."""
    try:
        job = still_held(job_id, fence)
    except LeaseLostError:
        return
    job.attempts += 1
    job.error = error[:300]
    _close_run(job, "failed", {"steps": steps})
    if job.attempts >= settings.JOB_ATTEMPTS:
        job.save(update_fields=["attempts"])
        _bury(job, error)
        return
    job.status, job.lease_until, job.enqueued_at = Status.QUEUED, None, None
    job.save(update_fields=["attempts", "error", "status", "lease_until", "enqueued_at"])


@transaction.atomic
def release(*, job_id: UUID, fence: int) -> None:
    """Give a job back untouched, as a worker that shuts down does."""
    held = InferenceJob.objects.filter(pk=job_id, fence=fence, status=Status.RUNNING)
    if held.update(status=Status.QUEUED, lease_until=None, enqueued_at=None):
        Run.objects.filter(job=job_id, fence=fence).update(outcome="released")


def ask_stop(*, consultation_id: UUID, reply_id: UUID | None = None) -> None:
    """Remember that the owner wants this reply, or all of the consultation's, to stop; the next
    renewal tells the worker."""
    wanted = unfinished().filter(message__consultation=consultation_id)
    if reply_id is not None:
        wanted = wanted.filter(reply_id=reply_id)
    wanted.filter(stop_asked_at=None).update(stop_asked_at=Now())


def stop_superseded(*, message: Message) -> None:
    """Stop replies to an older wording of `message` and to what had followed it."""
    if message.revises is None:
        return
    older = unfinished().filter(
        message__consultation=message.consultation_id,
        message__seq__gte=message.revises.seq,
        message__seq__lt=message.seq,
    )
    older.filter(stop_asked_at=None).update(stop_asked_at=Now())


def unfinished() -> QuerySet[InferenceJob]:
    return InferenceJob.objects.filter(status__in=[Status.QUEUED, Status.RUNNING])


@transaction.atomic
def requeue(*, job: InferenceJob) -> InferenceJob:
    """Give a dead job a fresh start; the failed reply makes way for the new one."""
    found = InferenceJob.objects.select_for_update(of=["self"]).get(pk=job.pk)
    if found.status != Status.DEAD:
        return found
    failed = Message.objects.filter(answers=found.message, version=found.version)
    failed.filter(status=Message.Status.FAILED).delete()
    fresh = InferenceJob(pk=found.pk).reply_id
    InferenceJob.objects.filter(pk=found.pk).update(
        status=Status.QUEUED, attempts=0, losses=0, reply_id=fresh, error="",
        finished_at=None, lease_until=None, stop_asked_at=None, enqueued_at=None,
    )  # fmt: skip
    found.refresh_from_db()
    return found


def stale_jobs(limit: int = 500) -> list[UUID]:
    """Jobs that were never enqueued, waited long, or whose lease ran out; marked as enqueued."""
    waiting = Q(status=Status.QUEUED) & (
        Q(enqueued_at=None) | Q(enqueued_at__lt=Now() - REQUEUE_AFTER)
    )
    lost = Q(status=Status.RUNNING, lease_until__lt=Now())
    found = InferenceJob.objects.filter(waiting | lost).order_by("created_at")
    ids = list(found.values_list("pk", flat=True)[:limit])
    InferenceJob.objects.filter(pk__in=ids).update(enqueued_at=Now())
    return ids


def still_held(job_id: UUID, fence: int) -> InferenceJob:
    """The job, locked, while this worker holds it. Raises LeaseLostError."""
    jobs = InferenceJob.objects.select_for_update(of=["self"]).select_related("message")
    job = jobs.filter(pk=job_id, fence=fence, status=Status.RUNNING).first()
    if job is None:
        raise LeaseLostError
    return job


def _bury(job: InferenceJob, error: str) -> None:
    """Dead after the last attempt: the owner reads so, staff can requeue."""
    urgency = job.message.triage.urgency if hasattr(job.message, "triage") else ""
    services.post_reply(
        message=job.message,
        reply_id=job.reply_id,
        version=job.version,
        text=services.apology(urgency),
        status=Message.Status.FAILED,
        facts={"responder": "none", "urgency": urgency, "sources": []},
    )
    InferenceJob.objects.filter(pk=job.pk).update(
        status=Status.DEAD, error=error[:300], finished_at=Now(), lease_until=None
    )
    # Its kind alone: what an exception says may be the owner's words. All of it is in the row.
    logger.error("job %s is dead: %s", job.pk, error.partition(":")[0][:120])
    tracing.count("drmaum.jobs.died", kind="answers")


def _close_run(job: InferenceJob, outcome: str, fields: Mapping[str, Any]) -> None:
    Run.objects.filter(job=job, fence=job.fence).update(outcome=outcome, **fields)


def _lease() -> dict[str, Any]:
    return {"status": Status.RUNNING, "fence": F("fence") + 1, "lease_until": _lease_end()}


def _lease_end() -> Any:
    return Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
