"""메타데이터 구성: what is stored of a note beside its sentences."""

from dataclasses import asdict
from typing import Any

from chat.models import Urgency
from soap.draft import Draft, Talk


def note_fields(draft: Draft, talk: Talk) -> dict[str, Any]:
    """The fields of a SoapNote."""
    return {
        "urgency": talk.urgency or Urgency.HOME,
        "keywords": draft.keywords,
        "made_by": draft.made_by,
        "is_default": draft.is_default,
        "prompt_version": draft.prompt_version,
        "dropped": draft.dropped,
    }


def section_fields(draft: Draft, kind: str) -> dict[str, Any]:
    """The fields of one Section."""
    return {
        "kind": kind,
        "drafted": [asdict(sentence) for sentence in draft.sections[kind]],
        "text": draft.text_of(kind),
    }
