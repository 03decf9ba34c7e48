"""채팅 아이템 구성: 세션 ID, 사용자 ID, 타입 audio_transcript, 메타데이터."""

from typing import Any

from chat.models import Message
from transcription.models import Transcription


def facts(row: Transcription) -> dict[str, Any]:
    """What a spoken message tells of its recording."""
    seconds = row.upload.facts.get("seconds")
    told = {"transcription": str(row.pk), "upload": str(row.upload_id)}
    return told | ({"seconds": seconds} if seconds else {})


def item(row: Transcription, **result: Any) -> dict[str, Any]:
    """The entry of the consultation's log: whose recording, in which consultation, what became
    of it."""
    return {
        "session": str(row.consultation_id),
        "user": str(row.consultation.owner_id),
        "kind": Message.Kind.AUDIO_TRANSCRIPT.value,
        **facts(row),
        **result,
    }
