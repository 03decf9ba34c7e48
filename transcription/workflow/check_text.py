"""텍스트 유효성 검증: whether anything was said."""

import re

from transcription import outcomes
from transcription.engines.base import FailedError
from transcription.workflow.parse import Heard

SAID = re.compile(r"[가-힣A-Za-z0-9]")


def check(heard: Heard) -> None:
    """Raises FailedError for a text of signs and single letters of the alphabet alone."""
    if not SAID.search(heard.text):
        raise FailedError(outcomes.NO_SPEECH)
