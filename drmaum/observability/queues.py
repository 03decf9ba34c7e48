"""How the queues stand, as their tables tell: the rows are the promise, whatever the broker says."""

from dataclasses import dataclass
from typing import Any

from django.db import Error, connection
from django.db.models import Count, Min
from django.utils import timezone

from chat.models import Upload
from inference.models import InferenceJob
from profiles.models import DataExport
from soap.models import NoteJob
from transcription.models import Transcription

# Kind of work -> its rows, and the status in which they wait. Each has an index of just these.
WAITING: dict[str, tuple[Any, str]] = {
    "answers": (InferenceJob, "queued"),
    "notes": (NoteJob, "queued"),
    "speech": (Transcription, "queued"),
    "files": (Upload, "checking"),
    "exports": (DataExport, "queued"),
}


@dataclass(frozen=True)
class Line:
    """The rows of one kind that wait: how many, and for how many seconds the oldest has."""

    kind: str
    waiting: int
    age: float


def lines() -> list[Line]:
    """Nothing while the database is away: a missing figure is an alarm of its own."""
    try:
        return [_line(kind) for kind in WAITING]
    except Error:
        return []
    finally:
        connection.close()


def _line(kind: str) -> Line:
    model, status = WAITING[kind]
    rows = model.objects.order_by().filter(status=status)
    found = rows.aggregate(waiting=Count("pk"), oldest=Min("created_at"))
    now = timezone.now()
    since = found["oldest"] or now
    return Line(kind, found["waiting"], max(0.0, (now - since).total_seconds()))
