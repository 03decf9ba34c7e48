"""채팅 DB 저장: the text with its danger and its place in the log, all or nothing."""

from django.db import transaction

from chat import services
from drmaum.lib import tracing
from transcription import danger, jobs, outcomes
from transcription.engines.base import Engine, Job, State
from transcription.jobs import Claim
from transcription.models import Transcription
from transcription.workflow import chat_item, download, parse
from transcription.workflow.parse import Heard

Status = Transcription.Status


@transaction.atomic
def save(*, claim: Claim, heard: Heard) -> None:
    """The text waits for its owner. What it says of danger is told at once. Raises
    LeaseLostError."""
    row = claim.row
    urgency = danger.warn(row, heard.text)
    jobs.finish(
        claim=claim,
        status=Status.READY,
        segments=[segment.as_json() for segment in heard.segments],
        text=heard.text,
        heard=heard.text,
        urgency=urgency,
        progress=100,
        error="",
    )
    _tell(row, status=Status.READY.value, urgency=urgency)


@transaction.atomic
def keep_heard(*, claim: Claim, state: State, engine: Engine, job: Job) -> None:
    """What was heard so far, for the next look; a danger in it is told now. Raises
    LeaseLostError."""
    urgency = ""
    if state.heard:
        heard = parse.parse(engine, download.download(engine, job, state))
        urgency = danger.warn(claim.row, heard.text)
    jobs.park(
        claim=claim,
        pause=engine.pause,
        percent=state.percent,
        heard=state.heard,
        urgency=urgency,
    )


@transaction.atomic
def give_up(*, claim: Claim, code: str, reason: str = "") -> None:
    """전사 실패: staff see why, the owner reads a sentence and may ask again."""
    error = f"{code} {reason}".strip()[:300]
    jobs.finish(claim=claim, status=Status.DEAD, error=error)
    tracing.count("drmaum.jobs.died", kind="speech")
    _tell(claim.row, status=Status.DEAD.value, error=code, message=outcomes.sentence(code))


@transaction.atomic
def skip(*, claim: Claim, code: str) -> None:
    """처리 건너뛰기, and say so."""
    jobs.finish(claim=claim, status=Status.SKIPPED, error=code)
    _tell(claim.row, status=Status.SKIPPED.value, error=code, message=outcomes.sentence(code))


def _tell(row: Transcription, **result: object) -> None:
    """The text itself stays with the row alone, where its owner may still throw it away."""
    payload = chat_item.item(row, **result)
    services.record_transcript(consultation_id=row.consultation_id, payload=payload)
