"""Transcribe 작업 시작: the engine has the work, and the row knows under which name."""

from transcription import jobs
from transcription.engines.base import Engine, Job
from transcription.jobs import Claim


def start(claim: Claim, engine: Engine, job: Job) -> None:
    """Raises UnavailableError, FailedError, LeaseLostError."""
    engine.start(job)
    jobs.begin(claim=claim, engine=engine.name, name=job.name)
