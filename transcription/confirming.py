"""What an owner decides about a text: that it is said, thrown away, or listened to once more."""

from functools import partial
from http import HTTPStatus

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chat import services
from chat.models import Upload
from drmaum.lib.errors import Refusal
from transcription import tasks
from transcription.models import Transcription
from transcription.workflow import chat_item

Status = Transcription.Status


class TranscriptNotReady(Refusal):
    status = HTTPStatus.CONFLICT
    code = "transcript_not_ready"
    message = _("아직 확인할 글이 없어요. 글로 바꾼 뒤에 보내 주세요.")


class TranscriptSent(Refusal):
    status = HTTPStatus.CONFLICT
    code = "transcript_sent"
    message = _("이미 상담에 보낸 녹음이에요.")


class RecordingGone(Refusal):
    status = HTTPStatus.CONFLICT
    code = "recording_gone"
    message = _("녹음이 지워져서 다시 글로 바꿀 수 없어요.")


@transaction.atomic
def confirm(*, transcription: Transcription, text: str) -> Transcription:
    """The owner says this. It becomes a message, as if it had been typed; a second time changes
    nothing. Raises TranscriptNotReady, TranscriptSent and the refusals of a message."""
    row = _locked(transcription)
    if row.status == Status.CONFIRMED and row.text == text:
        return row
    if row.status == Status.CONFIRMED:
        raise TranscriptSent
    if row.status != Status.READY:
        raise TranscriptNotReady
    row.message = services.send_message(
        consultation=row.consultation,
        author=row.consultation.owner,
        text=text,
        spoken=chat_item.facts(row),
    )
    row.text, row.status, row.confirmed_at = text, Status.CONFIRMED, Now()
    row.save(update_fields=["message", "text", "status", "confirmed_at"])
    transaction.on_commit(partial(tasks.enqueue_embedding, row.consultation_id))
    return row


@transaction.atomic
def discard(*, transcription: Transcription) -> Transcription:
    """Forget what was heard. The recording itself goes with its own retention. Raises
    TranscriptSent."""
    row = _locked(transcription)
    if row.status == Status.CONFIRMED:
        raise TranscriptSent
    row.status, row.text, row.heard, row.urgency = Status.DISCARDED, "", "", ""
    row.segments, row.pieces, row.lease_until = [], [], None
    row.save()
    return row


@transaction.atomic
def retry(*, transcription: Transcription) -> Transcription:
    """Listen once more to what no text came of. Raises TranscriptNotReady, RecordingGone."""
    row = _locked(transcription)
    if row.status in (Status.QUEUED, Status.RUNNING, Status.POLLING):
        return row
    if row.status != Status.DEAD:
        raise TranscriptNotReady
    if row.upload.status != Upload.Status.READY:
        raise RecordingGone
    row.status, row.round, row.attempts, row.progress = Status.QUEUED, row.round + 1, 0, 0
    row.engine, row.remote_job, row.error, row.pieces = "", "", "", []
    row.deadline_at = row.poll_at = row.finished_at = row.lease_until = None
    row.enqueued_at = Now()
    row.save()
    transaction.on_commit(partial(tasks.enqueue, row.pk))
    return row


def _locked(transcription: Transcription) -> Transcription:
    rows = Transcription.objects.select_for_update(of=["self"])
    return rows.select_related("upload", "consultation__owner").get(pk=transcription.pk)
