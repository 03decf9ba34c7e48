"""Transcribe 작업 정리: nothing of a recording stays with the engine."""

import logging

from transcription.engines.base import Engine, Job, UnavailableError

logger = logging.getLogger(__name__)


def clean(engine: Engine, job: Job) -> bool:
    """Whether it is done. What is left goes with the retention of the engine's own bucket."""
    try:
        engine.cleanup(job)
    except UnavailableError as error:
        logger.warning("%s was not cleaned up: %s", job.name, error)
        return False
    return True
