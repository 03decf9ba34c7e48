"""Hybrid search in one statement: vectors (HNSW) and Korean words, fused, scoped to a reader.

`meaning` is the cosine similarity stretched over the range that the embedding model uses
(unrelated Korean text lies near .77, a close paraphrase near .92); `words` is PostgreSQL's
cover-density rank of the question's telling bigrams, squashed below one. A passage's score is
their weighted sum; an article's score is that of its best passage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from inference.knowledge.lexemes import telling

CANDIDATES = 60
MEANING_FLOOR, MEANING_CEILING = 0.77, 0.93
MEANING_WEIGHT, WORDS_WEIGHT = 0.65, 0.35
MOST_WORDS = 60

# Both halves see only what this reader may see; the fusion ranks what either half found.
SQL = """
with readable as not materialized (
    select p.id, p.embedding, p.words, p.article_id
    from inference_passage p
    join inference_article a on a.id = p.article_id
    where p.kind = 'knowledge'
      and p.species && %(species)s::varchar[]
      and a.status in ('source_checked', 'vet_reviewed')
      and a.expires_at > %(today)s
),
by_meaning as (
    select id, article_id, 1 - (embedding <=> %(vector)s::halfvec) as similarity
    from readable where %(has_vector)s
    order by embedding <=> %(vector)s::halfvec
    limit %(candidates)s
),
by_words as (
    select id, article_id, ts_rank(words, to_tsquery('simple', %(query)s), 1) as rank
    from readable
    where %(query)s <> '' and words @@ to_tsquery('simple', %(query)s)
    order by rank desc
    limit %(candidates)s
),
found as (
    select coalesce(m.id, w.id) as id, coalesce(m.article_id, w.article_id) as article_id,
           greatest(0, least(1, (coalesce(m.similarity, 0) - %(floor)s) / %(width)s)) as meaning,
           coalesce(w.rank / nullif((select max(rank) from by_words), 0), 0) as words
    from by_meaning m full outer join by_words w on w.id = m.id
)
select f.article_id, a.urgency,
       max(%(meaning_weight)s * meaning + %(words_weight)s * f.words) as score,
       max(meaning) as meaning, max(f.words) as words
from found f join inference_article a on a.id = f.article_id
group by f.article_id, a.urgency order by score desc, f.article_id limit %(limit)s
"""


class SearchError(Exception):
    """The search could not be carried out."""


@dataclass(frozen=True)
class Hit:
    """An article that was found: fused score and its halves, each 0 to 1."""

    article_id: int
    urgency: str
    score: float
    meaning: float
    words: float


@dataclass(frozen=True)
class Query:
    """What is asked and for whom. `vector` is None when no embedding could be had."""

    text: str
    species: str
    vector: Sequence[float] | None
    reader_id: UUID | None = None


def search(query: Query, limit: int = 5) -> list[Hit]:
    """Articles of the public library for a question, best first. Raises SearchError."""
    words = telling(query.text)[:MOST_WORDS]
    has_vector = query.vector is not None
    values = query.vector if query.vector is not None else [0.0] * 384
    parameters: dict[str, Any] = {
        "species": [query.species],
        "today": timezone.localdate(),
        "has_vector": has_vector,
        "vector": "[" + ",".join(f"{value:.5f}" for value in values) + "]",
        "query": " | ".join(f"'{word}'" for word in words),
        "candidates": CANDIDATES,
        "floor": MEANING_FLOOR,
        "width": MEANING_CEILING - MEANING_FLOOR,
        "meaning_weight": MEANING_WEIGHT if has_vector else 0.0,
        "words_weight": WORDS_WEIGHT if has_vector else 1.0,
        "limit": limit,
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # A filter must never empty the result: scan on until enough rows pass it.
            cursor.execute("set local hnsw.iterative_scan = relaxed_order")
            cursor.execute("set local hnsw.ef_search = 100")
            cursor.execute(SQL, parameters)
            return [Hit(*row) for row in cursor.fetchall()]
    except DatabaseError as error:
        raise SearchError(str(error)) from error
