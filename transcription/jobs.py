"""The promise of a text and who keeps it: a lease with a fence, renewed while a worker lives.

A recording is worked on in short steps. Between two of them nobody holds it, and the row says
when the next is due.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from chat.models import Upload
from drmaum.lib.renewing import renewed
from transcription.models import Transcription, TranscriptionQuerySet

Status = Transcription.Status
UNDER_WAY = (Status.QUEUED, Status.RUNNING, Status.POLLING)
RENEWED_EVERY = 2.0
# Work that nobody took so long after it was due is handed to the queue again.
WAITS = timedelta(seconds=20)
SLACK = timedelta(minutes=10)


class LeaseLostError(Exception):
    """Another worker has taken the recording over, or it is finished."""


@dataclass(frozen=True)
class Claim:
    """A recording that this worker holds, as the row stood when it was taken."""

    row: Transcription

    @property
    def is_begun(self) -> bool:
        return bool(self.row.remote_job)

    @property
    def is_last_try(self) -> bool:
        return self.row.attempts + 1 >= settings.JOB_ATTEMPTS

    @property
    def is_late(self) -> bool:
        return self.row.deadline_at is not None and self.row.deadline_at < timezone.now()


def create(*, upload: Upload) -> Transcription:
    """The promise of a text: one a recording, however often it is told of."""
    first: dict[str, Any] = {"consultation": upload.consultation, "enqueued_at": Now()}
    row, _ = Transcription.objects.get_or_create(upload=upload, defaults=first)
    return row


def claim(transcription_id: UUID, turn: int | None = None) -> Claim | None:
    """Take a recording whose lease is free; None when it is finished, held or gone.

    With a `turn` only while nobody has taken it since that was handed out. From the first time on it has twice its length and ten minutes: then it counts as stuck.
    """
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    waiting = Transcription.objects.filter(free, pk=transcription_id, status__in=UNDER_WAY)
    if turn is not None:
        waiting = waiting.filter(fence=turn)
    fence = F("fence") + 1
    if not waiting.update(status=Status.RUNNING, fence=fence, lease_until=_lease_end()):
        return None
    rows = Transcription.objects.select_related("upload", "consultation__pet")
    row = rows.filter(pk=transcription_id).first()
    if row is None:
        return None
    if row.deadline_at is None:
        row.deadline_at = timezone.now() + _patience(row)
        row.save(update_fields=["deadline_at"])
    return Claim(row)


def held(claim: Claim) -> AbstractContextManager[None]:
    """Renew the lease for as long as the block runs."""
    return renewed(lambda: ours(claim).update(lease_until=_lease_end()), RENEWED_EVERY)


def begin(*, claim: Claim, engine: str, name: str) -> None:
    """The engine has the work."""
    _move(claim, status=Status.RUNNING, engine=engine, remote_job=name)


def park(
    *,
    claim: Claim,
    pause: float,
    percent: int | None = None,
    heard: Sequence[Mapping[str, Any]] | None = None,
    urgency: str = "",
) -> None:
    """Give the recording back until the next look is due. Work that moves is not stuck."""
    due = timezone.now() + timedelta(seconds=pause)
    changes: dict[str, Any] = {"poll_at": due, "enqueued_at": due}
    if percent is not None:
        changes["progress"] = min(99, percent)
    if urgency:
        changes["urgency"] = urgency
    if heard is not None:
        changes |= {"pieces": list(heard), "attempts": 0}
        changes["deadline_at"] = _later(claim.row.deadline_at, timezone.now() + SLACK)
    _move(claim, status=Status.POLLING, lease_until=None, **changes)


def finish(*, claim: Claim, status: str, **result: Any) -> None:
    """Within the transaction of its result. Raises LeaseLostError."""
    over: dict[str, Any] = {
        "lease_until": None,
        "poll_at": None,
        "finished_at": Now(),
        "pieces": [],
    }
    _move(claim, status=status, **over, **result)


def fail(*, claim: Claim, error: str) -> None:
    """Count a failed attempt; the sweep enqueues the next."""
    waits = Status.POLLING if claim.is_begun else Status.QUEUED
    ours(claim).update(
        status=waits,
        attempts=F("attempts") + 1,
        error=error[:300],
        lease_until=None,
        enqueued_at=None,
    )


def keep_steps(*, claim: Claim, steps: list[dict[str, Any]]) -> None:
    Transcription.objects.filter(pk=claim.row.pk, fence=claim.row.fence).update(steps=steps)


def stale(limit: int = 200) -> list[tuple[UUID, int]]:
    """What is to be enqueued: never enqueued, due long ago, or of a worker that is gone. It
    counts as enqueued from now on."""
    lost = Q(status=Status.RUNNING, lease_until__lt=Now())
    long_ago = Q(enqueued_at=None) | Q(enqueued_at__lt=Now() - WAITS)
    waiting = Transcription.objects.filter(
        lost | Q(long_ago, status__in=[Status.QUEUED, Status.POLLING])
    )
    found = list(waiting.order_by("created_at").values_list("pk", "fence")[:limit])
    Transcription.objects.filter(pk__in=[pk for pk, _ in found]).update(enqueued_at=Now())
    return found


def without_vectors(limit: int = 50) -> set[UUID]:
    """Consultations with confirmed texts that were stored without their vectors."""
    waiting = Transcription.objects.filter(status=Status.CONFIRMED, is_embedded=False)
    found = waiting.order_by("confirmed_at").values_list("consultation", flat=True)[:limit]
    return set(found)


def ours(claim: Claim) -> TranscriptionQuerySet:
    """The row, as long as this worker holds it."""
    row = claim.row
    return Transcription.objects.filter(pk=row.pk, fence=row.fence, status=Status.RUNNING)


def _move(claim: Claim, **changes: Any) -> None:
    if not ours(claim).update(**changes):
        raise LeaseLostError


def _patience(row: Transcription) -> timedelta:
    seconds = row.upload.facts.get("seconds")
    known = seconds if isinstance(seconds, int | float) else 0
    return timedelta(seconds=2 * known) + SLACK


def _later(one: datetime | None, other: datetime) -> datetime:
    return max(one, other) if one else other


def _lease_end() -> Any:
    return Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
