"""결과 다운로드."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from transcription.engines.base import Engine, Job, State


def download(engine: Engine, job: Job, state: State) -> Mapping[str, Any]:
    """The result in the engine's own shape. Raises UnavailableError, ValueError."""
    if state.heard is not None:
        job = replace(job, heard=state.heard)
    return engine.download(job)
