"""A second net: does the wording resemble messages that were dangerous?

Owners write in more ways than rules can name. A linear model over the letters of a message, as
written and as heard, learnt from the labelled development cases (`manage.py train_triage`);
only its weights are shipped. It can raise what the rules found, never lower it: it answers with
an urgency or with nothing.

Every run of up to three sentences is scored by itself, so that words added around a danger
cannot hide it. Weights are bytes, one table of `SIZE` for each urgency; a feature's place is
the CRC-32 of its letters. Scores are logits; the thresholds were set by cross-validation so
that few routine messages are raised.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from zlib import crc32

from inference.triage.phonetics import as_heard
from inference.triage.reading import Sentence, read_turns

FILE = Path(__file__).with_name("wording.bin.gz")
SIZE = 1 << 18
MIDDLE = 128
# The grave ones first: the first head over its threshold speaks.
HEADS = ("emergency", "urgent", "soon")
LONGEST_RUN = 3
MOST_SENTENCES = 40
LONGEST_SENTENCE = 200
LEAST_ADDED = 0.5

_LETTERS = range(1, 5)
_SOUNDS = range(3, 8)
_SEEDS = {"plain": 0, "question": 1, "past": 2, "heard": 3, "species": 4}


@dataclass(frozen=True)
class Likeness:
    """The urgency of the messages that this one resembles, and its most telling words."""

    urgency: str
    words: str


@dataclass(frozen=True)
class Weights:
    """The learnt tables, in the order of HEADS."""

    tables: tuple[bytes, ...]
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    thresholds: tuple[float, ...]

    def score(self, head: int, places: frozenset[int]) -> float:
        total = sum(map(self.tables[head].__getitem__, places)) - MIDDLE * len(places)
        return self.scales[head] * total + self.biases[head]


@dataclass(frozen=True)
class Reading:
    """A message and what was said before it, cut into runs of sentences with their features."""

    sentences: tuple[Sentence, ...]
    earlier: tuple[Sentence, ...]
    species: str

    @classmethod
    def of(cls, text: str, history: Sequence[str], species: str) -> "Reading":
        return cls(*read_turns(text, history), species)

    @cached_property
    def runs(self) -> tuple[tuple[str, frozenset[int], frozenset[int]], ...]:
        """Of each run that holds a sentence of this message: its words, its features, and the
        features of what in it was said before."""
        new = self.sentences[:MOST_SENTENCES]
        before = [features((one,), self.species) for one in self.earlier[-LONGEST_RUN:]]
        parts = [features((one,), self.species) for one in new]
        found = []
        for start in range(len(new)):
            for end in range(start + 1, min(start + LONGEST_RUN, len(new)) + 1):
                words = " ".join(sentence.text for sentence in new[start:end])
                run = frozenset().union(*parts[start:end])
                # What was said before is read with each of them, whatever stands between.
                for length in range(min(len(before), LONGEST_RUN - (end - start)) + 1):
                    said = frozenset().union(*before[len(before) - length :])
                    found.append((words, run | said, said))
        return tuple(found)

    def best(self, weights: Weights, head: int) -> tuple[float, str]:
        """The highest score of a run, and its words. Raises ValueError without a sentence.

        What was said before counts only where this message adds to it: "좋아졌어요" after a danger
        is not the danger again.
        """
        found = []
        for words, places, before in self.runs:
            score = weights.score(head, places)
            if not before or score > weights.score(head, before) + LEAST_ADDED:
                found.append((score, words))
        return max(found)


def likeness(reading: Reading) -> Likeness | None:
    """What a message resembles; None where it resembles nothing dangerous."""
    weights = load()
    if weights is None or not reading.sentences:
        return None
    for head, urgency in enumerate(HEADS):
        score, words = reading.best(weights, head)
        if score > weights.thresholds[head]:
            return Likeness(urgency, words)
    return None


def features(sentences: Iterable[Sentence], species: str) -> frozenset[int]:
    """The places of what is in these sentences: letters in runs of 1 to 4, marked where a
    sentence asks or remembers, and sounds in runs of 3 to 7."""
    found = {crc32(species.encode(), _SEEDS["species"]) % SIZE}
    for sentence in sentences:
        text = sentence.text[:LONGEST_SENTENCE]
        meant = "question" if sentence.is_question else "past" if sentence.is_past else "plain"
        found.update(_runs(text, _LETTERS, _SEEDS[meant]))
        found.update(_runs(as_heard(text), _SOUNDS, _SEEDS["heard"]))
    return frozenset(found)


@cache
def load(file: Path = FILE) -> Weights | None:
    """The shipped weights, once a process; None where none are shipped."""
    if not file.exists():
        return None
    header, _, body = gzip.decompress(file.read_bytes()).partition(b"\n")
    told = json.loads(header)
    tables = tuple(body[index * SIZE : (index + 1) * SIZE] for index in range(len(HEADS)))
    return Weights(tables, tuple(told["scales"]), tuple(told["biases"]), tuple(told["thresholds"]))


def save(weights: Weights, file: Path = FILE) -> None:
    told = {
        "scales": weights.scales,
        "biases": weights.biases,
        "thresholds": weights.thresholds,
    }
    body = json.dumps(told).encode() + b"\n" + b"".join(weights.tables)
    file.write_bytes(gzip.compress(body, 9, mtime=0))
    load.cache_clear()


def _runs(text: str, lengths: range, seed: int) -> Iterator[int]:
    """Two bytes a letter, so that a run is a slice."""
    letters = text.encode("utf-16-le", "ignore")
    for length in lengths:
        width = 2 * length
        for start in range(0, len(letters) - width + 1, 2):
            yield crc32(letters[start : start + width], seed) % SIZE
