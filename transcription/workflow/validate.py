"""오디오 파일 검증: whether a recording may be turned into text."""

from chat.models import Upload
from transcription import outcomes
from transcription.workflow.metadata import Metadata

LEAST_SECONDS, MOST_SECONDS = 0.5, 3601.0


def refusal(upload: Upload, metadata: Metadata) -> str:
    """Why not; empty for a recording that was checked and is still there."""
    if upload.kind != Upload.Kind.AUDIO:
        return outcomes.NOT_AUDIO
    if upload.status != Upload.Status.READY:
        return outcomes.RECORDING_GONE
    is_known = not metadata.is_default
    if is_known and not LEAST_SECONDS <= metadata.seconds <= MOST_SECONDS:
        return outcomes.NOT_AUDIO
    return ""
