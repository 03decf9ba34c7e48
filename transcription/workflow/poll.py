"""작업 상태 폴링 · 확인: one look, never a wait."""

from transcription import outcomes
from transcription.engines.base import Engine, FailedError, Job, State, Status
from transcription.jobs import Claim


def look(claim: Claim, engine: Engine, job: Job) -> State:
    """IN_PROGRESS or COMPLETED. Raises FailedError for what failed or takes too long, and
    UnavailableError."""
    if claim.is_late:
        raise FailedError(outcomes.TOO_SLOW)
    state = engine.poll(job)
    if state.status is Status.FAILED:
        raise FailedError(outcomes.ENGINE_FAILED, state.reason)
    return state
