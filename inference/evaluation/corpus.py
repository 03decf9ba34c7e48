"""The search held against an outside corpus, in a scratch index: what the two halves and their
fusion are worth on text that nobody here wrote.

Passages are lines {"id", "text"}, queries {"id", "text", "gold": [ids]}. Each passage becomes an
article of its own, embedded by the model of the settings and found by the product's own search.
"""

import math
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, ValidationError

from inference.evaluation.figures import share
from inference.knowledge import embed, index, lexical, spaces
from inference.knowledge.loading import Draft
from inference.knowledge.reindexing import computed
from inference.knowledge.search import HALVES, Query, search

DEPTH = 10
SPECIES = "dog"


class OutsidePassage(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    text: str


class OutsideQuery(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    text: str
    gold: tuple[str, ...]


M = TypeVar("M", bound=BaseModel)


def read_lines(path: Path, model: type[M]) -> list[M]:
    """Raises OSError, or ValueError that names the line."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                found.append(model.model_validate_json(line))
            except ValidationError as error:
                raise ValueError(f"line {number}: {error.errors()[0]['msg']}") from error
    return found


def store(passages: Sequence[OutsidePassage], progress: Callable[[int], None]) -> dict[int, str]:
    """Index the corpus. Returns article number -> the passage's id. Raises EmbeddingError."""
    space = spaces.live()
    usual = _usual_length(passages)
    ids: dict[int, str] = {}
    drafts = ((one, _draft(number, one)) for number, one in enumerate(passages))
    for (one, draft), found in computed(
        drafts, lambda pair: embed.embed_passages([pair[0].text], space.model)
    ):
        if isinstance(found, embed.EmbeddingError):
            raise found
        article = index.store_article(draft=draft, space=space, vectors=found, usual=usual)
        ids[article.pk] = one.id
        progress(1)
    lexical.refresh_statistics()
    return ids


def measure(
    queries: Sequence[OutsideQuery], ids: dict[int, str], progress: Callable[[int], None]
) -> dict[str, dict[str, Any]]:
    """Recall, reciprocal rank and gain of the fused search and of each half alone."""
    found: dict[str, list[list[bool]]] = {halves: [] for halves in HALVES}
    for query in queries:
        vector = embed.ask(query.text)
        for halves, rows in found.items():
            hits = search(Query(query.text, SPECIES, vector, halves), limit=DEPTH)
            rows.append([ids[hit.article_id] in query.gold for hit in hits])
        progress(1)
    sizes = [len(query.gold) for query in queries]
    return {halves: _figures(rows, sizes) for halves, rows in found.items()}


def _figures(rows: Sequence[Sequence[bool]], sizes: Sequence[int]) -> dict[str, Any]:
    """Recall@k: the share of a question's gold among the first k. MRR: of the first right one.
    nDCG: gains of one, discounted by log2 of the rank plus one (Jarvelin and Kekalainen, 2002)."""

    def mean(values: Sequence[float]) -> float | None:
        return round(sum(values) / len(values), 4) if values else None

    def recall(depth: int) -> float | None:
        return mean(
            [sum(row[:depth]) / size for row, size in zip(rows, sizes, strict=True) if size]
        )

    ideal = [sum(1 / math.log2(i + 2) for i in range(min(size, DEPTH))) for size in sizes]
    gained = [sum(1 / math.log2(i + 2) for i, good in enumerate(row) if good) for row in rows]
    return {
        "recall@1": recall(1),
        "recall@5": recall(5),
        "recall@10": recall(DEPTH),
        "mrr@10": mean([next((1 / i for i, good in enumerate(row, 1) if good), 0) for row in rows]),
        "ndcg@10": mean([got / best for got, best in zip(gained, ideal, strict=True) if best]),
        "found_nothing": share(sum(not row for row in rows), len(rows)),
    }


def _usual_length(passages: Sequence[OutsidePassage]) -> float:
    lengths = [len(lexical.words_of(one.text)) for one in passages[:2000]]
    return sum(lengths) / len(lengths) if lengths else lexical.ARTICLE_WORDS


def _draft(number: int, passage: OutsidePassage) -> Draft:
    """The passage as an article without a title, names or sections: its text is its body."""
    today = timezone.localdate()
    return Draft(
        slug=f"outside-{number}",
        title="",
        category="care",
        species=(SPECIES,),
        conditions=(),
        urgency="home",
        sources=(),
        checked_at=today,
        expires_at=today + timedelta(days=1),
        says=(),
        body=passage.text,
        sections=(),
        content_hash=f"outside-{number}",
    )
