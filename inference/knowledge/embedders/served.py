"""OpenAI's embeddings, and every server that speaks their format (vLLM, TEI, Ollama, …)."""

from collections.abc import Sequence

import numpy as np
import openai

from inference.knowledge.embedders.base import EmbeddingError, Vectors, unit
from inference.masking import mask

LONGEST = 6000
SECONDS, TRIES = 20.0, 3


class Served:
    """One model of one server. The prefixes are what the model was trained with."""

    def __init__(
        self,
        model: str,
        *,
        api_key: str,
        base_url: str | None,
        dimensions: int,
        query_prefix: str,
        passage_prefix: str,
    ) -> None:
        self.dimensions = dimensions
        self._model = model
        self._prefix = {"query": query_prefix, "passage": passage_prefix}
        self._client = openai.OpenAI(
            api_key=api_key or "none", base_url=base_url, timeout=SECONDS, max_retries=TRIES - 1
        )

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode("query", texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode("passage", texts)

    def _encode(self, kind: str, texts: Sequence[str]) -> Vectors:
        given = [self._given(kind, text) for text in texts]
        try:
            answer = self._client.embeddings.create(
                model=self._model, input=given, encoding_format="float"
            )
            ordered = sorted(answer.data, key=lambda one: one.index)
            vectors = np.array([one.embedding for one in ordered], dtype=np.float32)
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
            raise EmbeddingError(f"{type(error).__name__}: {error}"[:300]) from error
        if vectors.shape != (len(texts), self.dimensions):
            wanted = (len(texts), self.dimensions)
            raise EmbeddingError(f"the server sent {vectors.shape}, wanted {wanted}")
        return unit(vectors)

    def _given(self, kind: str, text: str) -> str:
        """Numbers and addresses that name a person mean nothing here, and do not leave."""
        return self._prefix[kind] + mask(text)[:LONGEST].replace("\x00", " ")
