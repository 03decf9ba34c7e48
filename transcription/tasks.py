"""Work of this app on the queues. Recordings have one of their own, so that an hour of talk keeps
no answer waiting."""

from contextlib import suppress
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from transcription import jobs
from transcription.workflow import flow


@shared_task
def transcribe(transcription_id: str, turn: int | None = None) -> None:
    """One step of a recording; the next is a task of its own."""
    following = flow.advance(UUID(transcription_id), turn)
    if following is not None:
        enqueue(UUID(transcription_id), following.turn, following.pause)


@shared_task
def embed_transcripts(consultation_id: str) -> None:
    flow.embed(UUID(consultation_id))


@shared_task
def sweep_transcriptions() -> int:
    """Enqueue again what waits for its next step, and repair texts that have no vectors yet."""
    stale = jobs.stale()
    for transcription_id, turn in stale:
        enqueue(transcription_id, turn)
    for consultation_id in jobs.without_vectors():
        enqueue_embedding(consultation_id)
    return len(stale)


def enqueue(transcription_id: UUID, turn: int | None = None, pause: float = 0) -> None:
    """Hand a recording to the queue. When the broker is away the sweep will do it."""
    with suppress(OperationalError):
        transcribe.apply_async((str(transcription_id), turn), countdown=pause)


def enqueue_embedding(consultation_id: UUID) -> None:
    """As `enqueue`."""
    with suppress(OperationalError):
        embed_transcripts.delay(str(consultation_id))
