"""Promises that were given up after their last attempt, made once more: rows of the job tables."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from drmaum.lib.errors import Refusal
from drmaum.queues.fates import Fate
from inference import services
from inference.models import InferenceJob
from profiles import exports
from profiles.models import DataExport
from soap import jobs as note_jobs
from soap.models import NoteJob
from transcription import confirming
from transcription.models import Transcription

DEAD = "dead"


@dataclass(frozen=True)
class Table:
    """One kind of promise: its rows, the queue that its work goes through, its second chance."""

    name: str
    queue: str
    model: Any
    requeue: Callable[[Any], object]

    def dead(self) -> QuerySet[Any]:
        found: QuerySet[Any] = self.model.objects.filter(status=DEAD).order_by("created_at")
        return found


TABLES = (
    Table(
        "answers", "answers", InferenceJob, lambda row: services.answer_again(message=row.message)
    ),
    Table("notes", "answers", NoteJob, lambda row: note_jobs.requeue(job=row)),
    Table("speech", "speech", Transcription, lambda row: confirming.retry(transcription=row)),
    Table("exports", "work", DataExport, lambda row: exports.requeue(export=row)),
)


def replay(queues: Iterable[str], *, most: int, is_rehearsal: bool = False) -> Iterator[Fate]:
    """Each row as it is done with, the oldest of each kind first, at most so many."""
    asked = set(queues)
    for table in TABLES:
        if table.queue in asked:
            for row in table.dead()[: max(0, most)]:
                most -= 1
                left = "" if is_rehearsal else _requeued(table, row)
                yield Fate(f"table of {table.name}", table.model.__name__, left)


def waiting(queues: Iterable[str]) -> int:
    asked = set(queues)
    return sum(table.dead().count() for table in TABLES if table.queue in asked)


def _requeued(table: Table, row: Any) -> str:
    """Why it could not be; empty when it is."""
    try:
        table.requeue(row)
    except Refusal as refusal:
        return refusal.code
    return ""
