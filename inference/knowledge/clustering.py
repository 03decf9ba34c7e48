"""Vectors that lie near each other, as groups: agglomerative clustering by average similarity."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def clusters(vectors: Sequence[Sequence[float]], least: float) -> list[list[int]]:
    """The positions of unit vectors in groups, each in its order, groups by their first member.

    Two groups become one while the mean cosine between their members is at least `least`; the
    most alike two come first.
    """
    if not len(vectors):
        return []
    rows: Any = np.asarray(vectors, dtype=np.float32)
    alike = rows @ rows.T
    np.fill_diagonal(alike, -np.inf)
    sizes = np.ones(len(rows))
    members = [[position] for position in range(len(rows))]
    best = alike.argmax(axis=1)
    while True:
        one = int(alike[np.arange(len(rows)), best].argmax())
        other = int(best[one])
        if alike[one, other] < least:
            return sorted((sorted(group) for group in members if group), key=lambda group: group[0])
        _join(alike, sizes, one, other)
        members[one] += members[other]
        members[other] = []
        stale = np.isin(best, (one, other)) | (np.arange(len(rows)) == one)
        best[stale] = alike[stale].argmax(axis=1)


def middle(vectors: Sequence[Sequence[float]]) -> int:
    """The position of the vector that is most like all of them."""
    rows: Any = np.asarray(vectors, dtype=np.float32)
    return int((rows @ rows.mean(axis=0)).argmax())


def _join(alike: Any, sizes: Any, one: int, other: int) -> None:
    """`one` takes `other` in: its likeness to the rest is the mean over both's members."""
    whole = sizes[one] + sizes[other]
    mean = (sizes[one] * alike[one] + sizes[other] * alike[other]) / whole
    mean[[one, other]] = -np.inf
    alike[one], alike[:, one] = mean, mean
    alike[other], alike[:, other] = -np.inf, -np.inf
    sizes[one] = whole
