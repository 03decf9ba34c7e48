"""전사 텍스트 파싱 · 텍스트 추출: from an engine's result to what an owner reads.

Numbers that measure are written as such, and what names a person is masked before anybody but the
engine has seen it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from transcription.engines.base import Engine, Segment, Word
from transcription.hiding import without_private
from transcription.numbers import with_figures


@dataclass(frozen=True)
class Heard:
    """What was said, by speaker, and as one text: a line whenever another one speaks."""

    segments: tuple[Segment, ...]
    text: str


def parse(engine: Engine, result: Mapping[str, Any]) -> Heard:
    """Raises ValueError for what is no result."""
    segments = [_readable(one) for one in engine.parse(result) if one.words]
    return Heard(tuple(segments), text_of(segments))


def text_of(segments: Sequence[Segment]) -> str:
    """Sentences of one speaker follow each other, another speaker begins a line."""
    lines: list[str] = []
    speaker = None
    for segment in segments:
        said = line_of(segment.words)
        if segment.speaker == speaker and lines:
            lines[-1] = f"{lines[-1]} {said}"
        else:
            lines.append(said)
        speaker = segment.speaker
    return "\n".join(lines)


def line_of(words: Sequence[Word]) -> str:
    """Words between spaces; a sign stands right behind its word."""
    return "".join(word.text if word.is_sign else f" {word.text}" for word in words).strip()


def _readable(segment: Segment) -> Segment:
    return replace(segment, words=without_private(with_figures(segment.words)))
