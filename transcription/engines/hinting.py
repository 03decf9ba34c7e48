"""When an engine is told the words of the library, and when what it then hears is believed.

Told beforehand, a small model repeats the words that it was told (on ten clips of ordinary talk
the letters wrong rose from 19 to 75 in a hundred). So it listens without them; only where it was
unsure while somebody spoke of an animal it listens again, and is believed when it is surer then
and has corrected some letters rather than said something else.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz.distance import Levenshtein

DOUBTFUL, MANY = 0.6, 0.15
SURER = 0.03
MOST_CHANGED = 0.3

Heard = Sequence[Mapping[str, Any]]
"""Segments with "words" of "text" and "confidence"."""


def is_doubtful(heard: Heard) -> bool:
    """Whether many words were hardly heard."""
    sure = _confidences(heard)
    return bool(sure) and sum(one < DOUBTFUL for one in sure) >= MANY * len(sure)


def speaks_of(heard: Heard, terms: Sequence[str]) -> bool:
    text = _text(heard)
    return any(term in text for term in terms)


def is_better(first: Heard, second: Heard) -> bool:
    """Whether the second hearing is surer and corrects the first."""
    before, after = _text(first), _text(second)
    if not after or _mean(second) < _mean(first) + SURER:
        return False
    return Levenshtein.distance(before, after) <= MOST_CHANGED * len(before)


def _text(heard: Heard) -> str:
    return "".join(word["text"] for one in heard for word in one["words"])


def _confidences(heard: Heard) -> list[float]:
    return [word["confidence"] for one in heard for word in one["words"]]


def _mean(heard: Heard) -> float:
    sure = _confidences(heard)
    return sum(sure) / len(sure) if sure else 0.0
