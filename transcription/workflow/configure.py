"""작업 설정 구성: 언어(ko-KR), 화자 분리, 미디어 포맷."""

from transcription.engines.base import Job
from transcription.models import Transcription
from transcription.workflow.metadata import Metadata

PREFIX = "drmaum"


def job_of(row: Transcription, metadata: Metadata) -> Job:
    """What the engine is told. Its name follows from the row, so that a start that was cut off
    finds the same work again; each time that an owner asks once more it is a new one."""
    return Job(
        name=name_of(row),
        key=row.upload.key,
        media_format=metadata.ending,
        seconds=metadata.seconds,
        channels=metadata.channels,
        heard=row.pieces,
    )


def name_of(row: Transcription) -> str:
    return row.remote_job or f"{PREFIX}-{row.pk}-{row.round}"
