"""What this app does when consultations are erased: jobs stop, kept answers and questions go."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chat import live
from inference.jobs import unfinished
from inference.knowledge import gap_rows
from inference.models import InferenceJob
from inference.pipeline import cache


def stop(ids: Sequence[UUID]) -> dict[str, list[str]]:
    """Take the jobs of these consultations, after whoever stores a reply just now: a worker finds
    its fence gone and stores nothing. Tells what lies in Redis."""
    jobs = InferenceJob.objects.filter(message__consultation__in=ids)
    list(jobs.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    replies = unfinished().filter(message__consultation__in=ids).values_list("reply_id", flat=True)
    left = {"replies": [str(pk) for pk in replies], "answers": [str(pk) for pk in ids]}
    jobs.delete()
    return left


def forget(left: Mapping[str, Sequence[str]]) -> None:
    """Answers that were kept of these consultations, texts that were being written, questions
    that the board of gaps holds. Raises RedisError, CacheError."""
    for consultation_id in left.get("answers", []):
        cache.forget(UUID(consultation_id))
    live.forget_partials(UUID(reply) for reply in left.get("replies", []))
    gap_rows.forget_erased()
