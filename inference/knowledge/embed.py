"""Text to vectors in a space: by the model of that space, the live one unless another is named.

Loaded in workers and commands only: the web process never imports it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.knowledge import spaces
from inference.knowledge.embedders import registry
from inference.knowledge.embedders.base import Embedder, EmbeddingError, Vectors

LOCAL = "multilingual-e5-small-int4"
"""The model that comes along. Triage's net of meaning was learnt on its vectors."""


@dataclass(frozen=True)
class Vector:
    """A question's vector, and the model that made it: it is asked in that model's space."""

    model: str
    values: Sequence[float]


def model_name() -> str:
    """The model of the live space."""
    return spaces.live().model


def is_overseas(model: str) -> bool:
    """Whether the words given to this model leave the country."""
    return model in registry.known() and registry.known()[model].is_overseas


def ask(text: str) -> Vector:
    """A question's vector in the live space. Raises EmbeddingError."""
    model = model_name()
    return Vector(model, embed_query(text, model))


def embed_query(text: str, model: str = LOCAL) -> list[float]:
    """The vector of a question: unit length. Raises EmbeddingError."""
    vector: list[float] = _embedder(model).queries([text])[0].tolist()
    return vector


def embed_passages(texts: Sequence[str], model: str = LOCAL) -> Vectors:
    """The vectors of passages: (n, dimensions), unit length. Raises EmbeddingError."""
    return _embedder(model).passages(texts)


def _embedder(model: str) -> Embedder:
    try:
        return registry.embedder(model)
    except registry.UnknownModel as error:
        raise EmbeddingError(str(error)) from error


__all__ = ["LOCAL", "EmbeddingError", "Vector", "ask", "embed_passages", "embed_query"]
