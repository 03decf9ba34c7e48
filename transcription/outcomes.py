"""Why there is no text, in words for whoever spoke. The codes stay."""

from django.utils.translation import gettext_lazy as _

NO_SPEECH = "no_speech"
TOO_SLOW = "too_slow"
ENGINE_FAILED = "engine_failed"
BROKEN = "broken"
RECORDING_GONE = "recording_gone"
NOT_AUDIO = "not_audio"

SENTENCES = {
    NO_SPEECH: _("말소리를 찾지 못했어요. 조용한 곳에서 다시 녹음하거나 글로 적어 주세요."),
    TOO_SLOW: _("글로 바꾸는 데 너무 오래 걸려 멈췄어요. 녹음은 그대로 있으니 다시 시도해 주세요."),
    ENGINE_FAILED: _("녹음을 글로 바꾸지 못했어요. 녹음은 그대로 있으니 다시 시도하거나 글로 적어 주세요."),
    BROKEN: _("녹음을 글로 바꾸지 못했어요. 녹음은 그대로 있으니 다시 시도하거나 글로 적어 주세요."),
    RECORDING_GONE: _("녹음이 지워져서 글로 바꾸지 않았어요."),
    NOT_AUDIO: _("소리를 읽을 수 없는 파일이라 글로 바꾸지 않았어요."),
}  # fmt: skip


def sentence(code: str) -> str:
    """What is said to an owner; nothing while there is nothing to say."""
    return str(SENTENCES.get(code, SENTENCES[BROKEN])) if code else ""
