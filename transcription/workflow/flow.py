"""The arrows of the STT diagram: from an uploaded recording to a text that its owner can check.

A recording goes its way in short steps. Each one is a task of its own that holds the row, does
one thing, and says when the next is due; no worker sleeps.
"""

import logging
from dataclasses import dataclass
from uuid import UUID

from chat import idling
from chat.models import Consultation
from drmaum.lib.timeline import Timeline
from transcription import jobs, outcomes
from transcription.engines import chosen
from transcription.engines.base import Engine, FailedError, Job, State, Status, UnavailableError
from transcription.jobs import Claim
from transcription.workflow import (
    check_text,
    cleanup,
    configure,
    download,
    metadata,
    parse,
    path,
    poll,
    save,
    start,
    validate,
)
from transcription.workflow import embed as embedding

logger = logging.getLogger(__name__)
OUTAGE_PAUSE = 10.0


@dataclass(frozen=True)
class Next:
    """When the next step is due, in seconds, and whose turn it is: a step that was enqueued twice
    is taken once."""

    pause: float
    turn: int


def advance(transcription_id: UUID, turn: int | None = None) -> Next | None:
    """Take one recording a step further. None when there is no next step that this one knows of,
    or another worker has it. Whatever fails is logged, counted and tried again."""
    claim = jobs.claim(transcription_id, turn)
    if claim is None:
        return None
    timeline = Timeline(steps=list(claim.row.steps))
    try:
        with jobs.held(claim):
            pause = _tried(claim, timeline)
    except jobs.LeaseLostError:
        return None
    finally:
        jobs.keep_steps(claim=claim, steps=_shortened(timeline))
    return None if pause is None else Next(pause, claim.row.fence)


def embed(consultation_id: UUID) -> bool:
    """Let the confirmed texts of a consultation be found."""
    found = Consultation.objects.filter(pk=consultation_id).first()
    return found is not None and embedding.embed(found)


def _tried(claim: Claim, timeline: Timeline) -> float | None:
    """A step, or what becomes of it when it fails (전사 실패, 에러 로깅)."""
    try:
        return _step(claim, timeline)
    except jobs.LeaseLostError:
        raise
    except FailedError as error:
        logger.warning("recording %s: %s", claim.row.pk, error)
        save.give_up(claim=claim, code=error.code, reason=str(error))
    except Exception as error:
        logger.warning("recording %s: %s", claim.row.pk, type(error).__name__, exc_info=True)
        _count(claim, f"{type(error).__name__}: {error}")
    return None


def _step(claim: Claim, timeline: Timeline) -> float | None:
    """파일 정보 추출 → 검증 → 시작, and then 폴링 until there is a result."""
    idling.keep_open(consultation_id=claim.row.consultation_id)
    job = _prepared(claim, timeline)
    if job is None:
        return None
    engine = chosen.engine(claim.row.engine)
    try:
        if not claim.is_begun:
            with timeline.step("start"):
                start.start(claim, engine, job)
            jobs.park(claim=claim, pause=engine.pause)
            return engine.pause
        with timeline.step("poll") as entry:
            state = poll.look(claim, engine, job)
            entry["detail"] = state.status.value
        if state.status is Status.IN_PROGRESS:
            save.keep_heard(claim=claim, state=state, engine=engine, job=job)
            return engine.pause
        _finish(claim, engine, job, state, timeline)
    except UnavailableError as error:
        return _wait(claim, error)
    except FailedError:
        cleanup.clean(engine, job)
        raise
    return None


def _prepared(claim: Claim, timeline: Timeline) -> Job | None:
    """None for a recording that is skipped."""
    row = claim.row
    try:
        with timeline.step("path"):
            path.check(row.upload)
        with timeline.step("metadata"):
            known = metadata.read(row.upload)
    except (LookupError, TypeError, ValueError):
        with timeline.step("default_metadata"):
            known = metadata.default(row.upload)
    with timeline.step("validate") as entry:
        entry["detail"] = refusal = validate.refusal(row.upload, known)
    if refusal:
        save.skip(claim=claim, code=refusal)
        return None
    with timeline.step("configure"):
        return configure.job_of(row, known)


def _finish(claim: Claim, engine: Engine, job: Job, state: State, timeline: Timeline) -> None:
    """결과 다운로드 → 파싱 → 텍스트 검증 → 채팅 DB 저장 → 작업 정리."""
    with timeline.step("download"):
        result = download.download(engine, job, state)
    with timeline.step("parse"):
        heard = parse.parse(engine, result)
    with timeline.step("check_text"):
        check_text.check(heard)
    with timeline.step("save"):
        save.save(claim=claim, heard=heard)
    with timeline.step("cleanup") as entry:
        entry["detail"] = "done" if cleanup.clean(engine, job) else "later"


def _wait(claim: Claim, error: UnavailableError) -> float | None:
    """An outage is waited out, as long as the recording has time."""
    logger.warning("recording %s waits: %s", claim.row.pk, error)
    if claim.is_late:
        raise FailedError(outcomes.TOO_SLOW, str(error)) from error
    jobs.park(claim=claim, pause=OUTAGE_PAUSE)
    return OUTAGE_PAUSE


def _count(claim: Claim, error: str) -> None:
    """Back to the queue, or an end that staff see and the owner is told of."""
    if claim.is_last_try:
        save.give_up(claim=claim, code=outcomes.BROKEN, reason=error)
    else:
        jobs.fail(claim=claim, error=error)


def _shortened(timeline: Timeline) -> list[dict[str, object]]:
    """Looks that found nothing new are counted, not listed."""
    steps: list[dict[str, object]] = []
    for step in timeline.steps:
        is_same = [one for one in steps if _kind(one) == _kind(step)]
        if is_same:
            is_same[0]["times"] = int(str(is_same[0].get("times", 1))) + int(step.get("times", 1))
        else:
            steps.append(step)
    return steps


def _kind(step: dict[str, object]) -> tuple[object, ...]:
    return step["name"], step["outcome"], step.get("detail"), step.get("error")
