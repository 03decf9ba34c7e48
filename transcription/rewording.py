"""Other words for what was heard, with the times and the doubts of those whose place they take."""

from collections.abc import Sequence

from transcription.engines.base import Word

Change = tuple[int, int, str]
"""Where in the line of the words, and what stands there instead."""


def placed(words: Sequence[Word]) -> tuple[str, list[tuple[int, int]]]:
    """The words as one line, and where each of them stands in it."""
    line, places = "", []
    for word in words:
        line += "" if word.is_sign or not line else " "
        places.append((len(line), len(line) + len(word.text)))
        line += word.text
    return line, places


def reworded(words: Sequence[Word], changes: Sequence[Change]) -> tuple[Word, ...]:
    """The words after changes that stand in order and do not overlap."""
    made = list(words)
    for start, end, text in reversed(changes):
        line, places = placed(made)
        hit = [at for at, (begin, over) in enumerate(places) if begin < end and start < over]
        if not hit:
            continue
        first, last = hit[0], hit[-1]
        joined = line[places[first][0] : start] + text + line[end : places[last][1]]
        made[first : last + 1] = [_one(made[first : last + 1], joined)]
    return tuple(made)


def _one(words: Sequence[Word], text: str) -> Word:
    told = [word for word in words if not word.is_sign]
    doubts = [word.confidence for word in told if word.confidence is not None]
    start = told[0].start if told else None
    end = told[-1].end if told else None
    return Word(text, start, end, min(doubts) if doubts else None)
