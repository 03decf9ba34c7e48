"""What engines get wrong about talk, set right: words that nobody said, speakers that change in
the middle of a sentence, segments of one word. Pure Python, for every engine."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby

from transcription.engines.base import Segment, Word

REPEATED = 4
UNSURE = 0.6
"""Mean confidence below which a repetition is not believed."""
IMPOSSIBLE = 0.03
"""Mean seconds of a syllable's repetition that no mouth can do; those invented have 0.01."""
BREATH = 1.0
LONG = 30.0
MOST_WORDS = 300
"""Of a segment: nobody says more in half a minute, and none may cost more to look through."""
FLIPPED = 2
"""The most words that an engine gives to another speaker by mistake."""
NODS = {"네", "예", "넵", "응", "음", "어", "아", "아하"}
"""Said into somebody else's sentence, and rightly another speaker's."""

BABBLE = re.compile(rf"(.{{1,4}}?)\1{{{REPEATED - 1},}}")
SENTENCE_END = re.compile(r"[.?!。？！…]$")


def without_hallucinations(segments: Sequence[Segment]) -> list[Segment]:
    """Cut repetitions that were hardly heard: those that no mouth can do altogether, others at
    the end of a recording but for the first time, since that may have been said."""
    words = [(number, word) for number, segment in enumerate(segments) for word in segment.words]
    kept: list[list[tuple[int, Word]]] = []
    is_end = True
    for run in reversed(_runs(words)):
        kept.append(_left(run, is_end=is_end))
        is_end = is_end and kept[-1] != run.words
    by_segment = groupby(chain.from_iterable(reversed(kept)), key=lambda one: one[0])
    return [_with(segments[number], [word for _, word in said]) for number, said in by_segment]


def joined_flips(segments: Sequence[Segment]) -> list[Segment]:
    """Give one or two words that end a running sentence to its speaker. Sentence by sentence."""
    joined: list[Segment] = []
    for sentence in (one for segment in segments for one in _sentences(segment)):
        if joined and _is_flip(joined[-1], sentence):
            joined[-1] = _joined(joined[-1], sentence)
        else:
            joined.append(sentence)
    return joined


def readable(segments: Sequence[Segment]) -> list[Segment]:
    """Sentences of one speaker together, up to half a minute of them, until a breath."""
    joined: list[Segment] = []
    for sentence in (one for segment in segments for one in _sentences(segment)):
        if joined and _goes_on(joined[-1], sentence):
            joined[-1] = _joined(joined[-1], sentence)
        else:
            joined.append(sentence)
    return joined


@dataclass(frozen=True)
class _Run:
    """The same word again and again, with the signs behind it."""

    words: list[tuple[int, Word]]

    @property
    def spoken(self) -> list[Word]:
        return [word for _, word in self.words if not word.is_sign]

    @property
    def times(self) -> int:
        """How often something is repeated, in one word or from word to word."""
        bare = _bare(self.spoken[0].text)
        return len(bare) // len(self.unit) * len(self.spoken) if bare else 1

    @property
    def unit(self) -> str:
        bare = _bare(self.spoken[0].text)
        within = BABBLE.fullmatch(bare)
        return within[1] if within else bare

    @property
    def is_doubtful(self) -> bool:
        sure = [word.confidence for word in self.spoken if word.confidence is not None]
        is_unsure = bool(sure) and sum(sure) / len(sure) < UNSURE
        return is_unsure and self.times >= REPEATED

    @property
    def pace(self) -> float:
        lasts = sum((word.end or 0.0) - (word.start or 0.0) for word in self.spoken)
        return lasts / self.times


def _runs(words: Sequence[tuple[int, Word]]) -> list[_Run]:
    runs: list[_Run] = []
    last = ""
    for number, word in words:
        is_same = word.is_sign or _bare(word.text) == last
        if runs and is_same:
            runs[-1].words.append((number, word))
        else:
            runs.append(_Run([(number, word)]))
        last = last if word.is_sign else _bare(word.text)
    return runs


def _left(run: _Run, *, is_end: bool) -> list[tuple[int, Word]]:
    if not run.is_doubtful:
        return run.words
    if run.pace <= IMPOSSIBLE:
        return []
    number, first = run.words[0]
    return [(number, replace(first, text=run.unit))] if is_end else run.words


def _is_flip(running: Segment, segment: Segment) -> bool:
    spoken = [word for word in segment.words if not word.is_sign]
    return (
        segment.speaker != running.speaker
        and len(spoken) <= FLIPPED
        and len(running.words) < MOST_WORDS
        and segment.start - running.end < BREATH
        and not _ends(running.words)
        and not (_is_nod(running) or _is_nod(segment))
    )


def _is_nod(segment: Segment) -> bool:
    spoken = [_bare(word.text) for word in segment.words if not word.is_sign]
    return len(spoken) == 1 and spoken[0] in NODS


def _goes_on(before: Segment, sentence: Segment) -> bool:
    return (
        before.speaker == sentence.speaker
        and len(before.words) + len(sentence.words) <= MOST_WORDS
        and sentence.start - before.end < BREATH
        and sentence.end - before.start <= LONG
    )


def _sentences(segment: Segment) -> Iterator[Segment]:
    """Cut at ends of sentences, at breaths, and where nothing else ends."""
    said: list[Word] = []
    for word in segment.words:
        if said and not word.is_sign and _is_cut(said, word):
            yield _with(segment, said)
            said = []
        said.append(word)
    if said:
        yield _with(segment, said)


def _is_cut(said: Sequence[Word], word: Word) -> bool:
    if len(said) >= MOST_WORDS or _ends(said):
        return True
    start, end = _times(said)
    second = word.start or 0.0
    return second - end >= BREATH or second - start >= 2 * LONG


def _ends(words: Sequence[Word]) -> bool:
    return bool(words) and SENTENCE_END.search(words[-1].text) is not None


def _joined(first: Segment, more: Segment) -> Segment:
    return replace(first, end=max(first.end, more.end), words=(*first.words, *more.words))


def _with(segment: Segment, words: Sequence[Word]) -> Segment:
    """The segment of these of its words."""
    start, end = _times(words, segment)
    return replace(segment, start=start, end=end, words=tuple(words))


def _times(words: Sequence[Word], whole: Segment | None = None) -> tuple[float, float]:
    starts = [word.start for word in words if word.start is not None]
    ends = [word.end for word in words if word.end is not None]
    if not starts or not ends:
        return (whole.start, whole.end) if whole else (0.0, 0.0)
    return min(starts), max(ends)


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)
