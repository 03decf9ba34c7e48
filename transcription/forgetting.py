"""What an engine outside keeps of a recording goes with its consultation."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings

from transcription.engines import chosen
from transcription.engines.base import Job
from transcription.models import Transcription
from transcription.workflow import configure

AMAZON = "amazon"


def work_of(ids: Sequence[UUID]) -> dict[str, list[str]]:
    """The names of work that may lie at Amazon: of what was begun there, and of what a worker may
    be beginning right now."""
    rows = Transcription.objects.filter(consultation__in=ids)
    names = [
        configure.name_of(row) for row in rows if AMAZON in (row.engine, settings.SPEECH_ENGINE)
    ]
    return {"speech": names}


def clean(left: Mapping[str, Sequence[str]]) -> None:
    """Raises UnavailableError."""
    for name in left.get("speech", []):
        job = Job(name=name, key="", media_format="", seconds=0)
        chosen.engine(AMAZON).cleanup(job)
