"""A third net, by meaning: the worker that computes a question's vector asks here once more.

A linear model over the vector and the score of the wording. Like the wording, it can only
raise. Pure Python: the vector (384 floats, unit length) is given to it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from inference.triage import wording
from inference.triage.wording import HEADS, Reading

FILE = Path(__file__).with_name("meaning.json")


@dataclass(frozen=True)
class MeaningWeights:
    """For each of HEADS: a weight for the wording's score, one for each number of the vector,
    a bias and a threshold."""

    wording: tuple[float, ...]
    vector: tuple[tuple[float, ...], ...]
    biases: tuple[float, ...]
    thresholds: tuple[float, ...]

    def score(self, head: int, wording_score: float, vector: Sequence[float]) -> float:
        near = sum(map(float.__mul__, self.vector[head], vector))
        return self.wording[head] * wording_score + near + self.biases[head]


def urgency_of(reading: Reading, vector: Sequence[float]) -> str | None:
    """The urgency of messages that mean something like this one; None where none is near."""
    weights, words = load(), wording.load()
    if weights is None or words is None or not reading.sentences:
        return None
    for head, urgency in enumerate(HEADS):
        score = weights.score(head, reading.best(words, head)[0], vector)
        if score > weights.thresholds[head]:
            return urgency
    return None


@cache
def load(file: Path = FILE) -> MeaningWeights | None:
    """The shipped weights, once a process; None where none are shipped."""
    if not file.exists():
        return None
    told = json.loads(file.read_text())
    return MeaningWeights(
        tuple(told["wording"]),
        tuple(tuple(row) for row in told["vector"]),
        tuple(told["biases"]),
        tuple(told["thresholds"]),
    )


def save(weights: MeaningWeights, file: Path = FILE) -> None:
    told = {
        "wording": [round(x, 4) for x in weights.wording],
        "vector": [[round(x, 4) for x in row] for row in weights.vector],
        "biases": [round(x, 4) for x in weights.biases],
        "thresholds": [round(x, 4) for x in weights.thresholds],
    }
    file.write_text(json.dumps(told) + "\n")
    load.cache_clear()
