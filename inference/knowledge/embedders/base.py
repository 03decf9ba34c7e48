"""What every embedding model can do."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

Vectors = np.ndarray[Any, np.dtype[np.float32]]


class EmbeddingError(Exception):
    """No vector could be computed."""


class Embedder(Protocol):
    """One embedding model. Safe to be used by several threads at once."""

    dimensions: int

    def queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dimensions), unit length. Raises EmbeddingError."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimensions), unit length. Raises EmbeddingError."""


def unit(vectors: Vectors) -> Vectors:
    """Each row to length one. Raises EmbeddingError for a row without a direction."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.all(np.isfinite(vectors)) or not np.all(lengths > 0):
        raise EmbeddingError("a vector without a direction")
    return np.asarray(vectors / lengths, dtype=np.float32)
