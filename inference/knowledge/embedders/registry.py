"""Which embedding models there are: `drmaum/embeddings.toml`, read and checked."""

import threading
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field

from inference.knowledge.embedders.base import Embedder
from inference.knowledge.embedders.local import LocalE5


class UnknownModel(ValueError):
    """No embedding model of this name is set up; the message names those that are."""


class EmbeddingModel(BaseModel):
    """One embedding model. `settings` is the prefix under which key and address are found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api: Literal["local", "openai"]
    settings: str = ""
    model: str = ""
    dimensions: int = Field(ge=2, le=4000)
    query_prefix: str = ""
    passage_prefix: str = ""
    floor: float | None = None
    ceiling: float | None = None
    """The cosine of strangers and of texts that say the same; measured when not given."""
    is_overseas: bool = False
    """Whether texts leave the country: an owner's question only goes where they allowed it."""


def known() -> dict[str, EmbeddingModel]:
    """The models by name. Raises pydantic.ValidationError for a wrong file."""
    return _read(str(settings.EMBEDDING_MODELS))


def described(name: str) -> EmbeddingModel:
    """What is known of a model. Raises UnknownModel."""
    if name not in known():
        raise UnknownModel(f"unknown embedding model {name!r}; known: {', '.join(known())}")
    return known()[name]


def embedder(name: str) -> Embedder:
    """The model of this name, one a process. Raises UnknownModel."""
    told = described(name)
    with _making:
        if name not in _made:
            _made[name] = _make(told)
        return _made[name]


def forget() -> None:
    """Make every model anew at its next use, as after a change of the settings."""
    _made.clear()
    _read.cache_clear()


_made: dict[str, Embedder] = {}
_making = threading.Lock()


@cache
def _read(path: str) -> dict[str, EmbeddingModel]:
    told = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    return {name: EmbeddingModel.model_validate(one) for name, one in told.items()}


def _make(told: EmbeddingModel) -> Embedder:
    if told.api == "local":
        return LocalE5()
    from inference.knowledge.embedders.served import Served  # noqa: PLC0415  (an SDK of 45 MB)

    address = getattr(settings, f"{told.settings}_BASE_URL")
    return Served(
        told.model,
        api_key=str(getattr(settings, f"{told.settings}_API_KEY")),
        base_url=str(address) if address else None,
        dimensions=told.dimensions,
        query_prefix=told.query_prefix,
        passage_prefix=told.passage_prefix,
    )
