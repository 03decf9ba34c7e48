"""Amazon Transcribe's JSON as segments. Pure Python; all its numbers are strings.

Only the items are read, and speaker labels where items bear none: `audio_segments` is younger
than the format and cuts sentences apart.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from itertools import groupby
from math import isfinite
from typing import Any

from transcription.engines import cleaning
from transcription.engines.base import Segment, Word

MOST_ITEMS = 200_000
LONGEST = 14_400.0  # seconds: Transcribe takes no longer recording
SOMEBODY = "spk_0"

SpeakerAt = Callable[[float], str]


def segments_of(result: Mapping[str, Any]) -> list[Segment]:
    """Raises ValueError for anything that Transcribe would not write."""
    results = _mapping(result, "results")
    items = _list(results, "items")
    if len(items) > MOST_ITEMS:
        raise ValueError("too many items")
    spoken = _spoken(items, _speakers(results))
    turns = groupby(spoken, key=lambda one: one[0])
    segments = [_segment(speaker, [word for _, word in said]) for speaker, said in turns]
    heard = cleaning.without_hallucinations(segments)
    return cleaning.readable(cleaning.joined_flips(heard))


def _spoken(items: list[Any], speaker_at: SpeakerAt) -> list[tuple[str, Word]]:
    """Every word with its speaker. A sign belongs to the word before it, whoever it is said to
    be of; one without a word before it is left out."""
    spoken: list[tuple[str, Word]] = []
    for item in items:
        kind, text = _text(item, "type"), _content(item)
        if kind == "punctuation":
            if text and spoken:
                spoken.append((spoken[-1][0], Word(text)))
        elif text:
            word = _word(item, text)
            label = _label(item) or speaker_at(word.start or 0.0)
            spoken.append((label, word))
    return spoken


def _segment(speaker: str, words: list[Word]) -> Segment:
    ends = [word.end for word in words if word.end is not None]
    return Segment(words[0].start or 0.0, max(ends), speaker, tuple(words))


def _word(item: Mapping[str, Any], text: str) -> Word:
    start, end = _seconds(item, "start_time"), _seconds(item, "end_time")
    if end < start:
        raise ValueError("a word ends before it begins")
    return Word(text, start, end, _number(_alternative(item), "confidence", 1.0))


def _content(item: Any) -> str:
    """Without characters that no page and no database can take."""
    found = _text(_alternative(item), "content")
    return "".join(sign for sign in found if sign.isprintable()).strip()


def _alternative(item: Any) -> Any:
    alternatives = _list(item, "alternatives")
    if not alternatives:
        raise ValueError("an item without content")
    return alternatives[0]


def _speakers(results: Mapping[str, Any]) -> SpeakerAt:
    """Who speaks at a second, by the segments of speakers."""
    if results.get("speaker_labels") is None:
        return lambda _second: SOMEBODY
    turns = sorted(
        (_seconds(one, "start_time"), _label(one) or SOMEBODY)
        for one in _list(_mapping(results, "speaker_labels"), "segments")
    )
    starts = [start for start, _ in turns]

    def speaker_at(second: float) -> str:
        before = bisect_right(starts, second)
        return turns[max(0, before - 1)][1] if turns else SOMEBODY

    return speaker_at


def _label(one: Mapping[str, Any]) -> str:
    return _text(one, "speaker_label") if one.get("speaker_label") is not None else ""


def _seconds(one: Any, name: str) -> float:
    return _number(one, name, LONGEST)


def _number(one: Any, name: str, most: float) -> float:
    found = _taken(one, name)
    if not isinstance(found, str | int | float) or isinstance(found, bool):
        raise ValueError(f"{name} is not a number")
    try:
        number = float(found)
    except OverflowError as error:
        raise ValueError(f"{name} is absurd") from error
    if not isfinite(number) or not 0 <= number <= most:
        raise ValueError(f"{name} is absurd")
    return number


def _text(one: Any, name: str) -> str:
    found = _taken(one, name)
    if not isinstance(found, str):
        raise ValueError(f"{name} is not a text")
    return found


def _list(one: Any, name: str) -> list[Any]:
    found = _taken(one, name)
    if not isinstance(found, list):
        raise ValueError(f"{name} is not a list")
    return found


def _mapping(one: Any, name: str) -> Mapping[str, Any]:
    found = _taken(one, name)
    if not isinstance(found, dict):
        raise ValueError(f"{name} is not an object")
    return found


def _taken(one: Any, name: str) -> Any:
    if not isinstance(one, dict) or name not in one:
        raise ValueError(f"{name} is missing")
    return one[name]
