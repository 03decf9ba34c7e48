"""Hybrid search in one statement: vectors (HNSW) and Korean words, fused, scoped to a reader.

`meaning` is the cosine similarity stretched over the range that the embedding model uses; `words`
is the share of the question's telling words, by BM25, that an article brings, stretched so that a
good match lies near one. An article's score is their weighted sum. What either half found is
measured by both, so that being outside of one half's list is not a zero.

The weights were chosen on 130 development questions and 1,500 of KorQuAD, where they reach R@1
.91 (words alone .90, meaning alone .76).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from inference.knowledge.embed import Vector
from inference.knowledge.lexical import question_terms
from inference.models import EmbeddingSpace

CANDIDATES = 60
WORDS_WEIGHT = 0.6
WORDS_STRETCH = 1.5
HALVES = {"hybrid": WORDS_WEIGHT, "words": 1.0, "meaning": 0.0}

# The index holds the public vectors of one space: its number and length are part of the text.
SQL = """
with by_meaning as (
    select p.article_id
    from inference_passagevector v
    join inference_passage p on p.id = v.passage_id
    join inference_article a on a.id = p.article_id
    where %(has_vector)s and v.space_id = {space} and v.is_public and {readable}
    order by v.embedding::halfvec({dimensions}) <=> %(vector)s::halfvec({dimensions})
    limit %(candidates)s
),
by_words as (
    select p.article_id
    from inference_passage p
    join inference_article a on a.id = p.article_id
    where %(has_words)s and p.kind = 'knowledge' and {readable}
      and p.words @@ %(query)s::tsquery
    order by p.terms <#> %(terms)s::sparsevec
    limit %(candidates)s
),
by_danger as (
    select a.id as article_id from inference_article a
    where a.red_flags && %(red_flags)s::varchar[] and {readable}
),
found as (
    select article_id from by_meaning union select article_id from by_words
    union select article_id from by_danger
),
measured as (
    select a.id, a.urgency, a.red_flags && %(red_flags)s::varchar[] as is_flagged,
        (select max(1 - (v.embedding::halfvec({dimensions}) <=> %(vector)s::halfvec({dimensions})))
         from inference_passage p join inference_passagevector v on v.passage_id = p.id
         where %(has_vector)s and p.article_id = a.id and v.space_id = {space}) as similarity,
        (select max(-(p.terms <#> %(terms)s::sparsevec))
         from inference_passage p
         where %(has_words)s and p.article_id = a.id and p.terms is not null) as share
    from found f join inference_article a on a.id = f.article_id
),
halves as (
    select id, urgency, is_flagged,
        coalesce((similarity - %(floor)s) / %(width)s, 0) as meaning,
        %(stretch)s * coalesce(share, 0) / %(whole)s as words
    from measured
)
select id, urgency,
    (1 - %(words_weight)s) * meaning + %(words_weight)s * words as score, meaning, words,
    is_flagged
from halves order by is_flagged desc, score desc, id limit %(limit)s
"""
READABLE = (
    "a.species && %(species)s::varchar[] and a.status in ('source_checked', 'vet_reviewed')"
    " and a.expires_at > %(today)s"
)
# All that is a pet's own is few: no index of neighbours, the exact order.
HISTORY_SQL = """
select p.id,
    (1 - %(words_weight)s) * coalesce((1 - (v.embedding::halfvec({dimensions})
        <=> %(vector)s::halfvec({dimensions})) - %(floor)s) / %(width)s, 0)
    + %(words_weight)s * %(stretch)s
      * coalesce(-(p.terms <#> %(terms)s::sparsevec), 0) / %(whole)s as score
from inference_passage p
left join inference_passagevector v
    on v.passage_id = p.id and v.space_id = {space} and %(has_vector)s
where p.owner_id = %(owner)s and p.pet_id = %(pet)s and p.kind in ('soap', 'transcript')
    and (%(with_drafts)s or p.kind = 'transcript' or p.section = 'approved')
order by score desc, p.id limit %(limit)s
"""


class SearchError(Exception):
    """The search could not be carried out."""


@dataclass(frozen=True)
class Hit:
    """An article that was found: its urgency, fused score and the halves of it."""

    article_id: int
    urgency: str
    score: float
    meaning: float
    words: float
    is_flagged: bool = False
    """It is about a danger that triage found."""


@dataclass(frozen=True)
class Query:
    """What is asked and for whom. `vector` is None when no embedding could be had; `red_flags`
    are the rules of triage that saw danger in it."""

    text: str
    species: str
    vector: Vector | None
    halves: str = "hybrid"
    red_flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class HistoryHit:
    """A passage of the pet's own notes and transcripts."""

    passage_id: int
    score: float


def search(query: Query, limit: int = 5) -> list[Hit]:
    """Articles of the public library for a question, best first. Raises SearchError."""
    try:
        space, given = _given(query.text, query.vector, query.halves)
        given |= {
            "species": [query.species],
            "red_flags": list(query.red_flags),
            "today": timezone.localdate(),
            "candidates": CANDIDATES,
            "limit": limit,
        }
        return [Hit(*row) for row in _run(SQL, space, given)]
    except DatabaseError as error:
        raise SearchError(str(error)) from error


def search_history(
    text: str,
    vector: Vector | None,
    *,
    owner_id: UUID,
    pet_id: UUID,
    with_drafts: bool = True,
    limit: int = 5,
) -> list[HistoryHit]:
    """Passages of this pet's own notes and transcripts, best first: never anybody else's.
    Raises SearchError."""
    try:
        space, given = _given(text, vector, "hybrid")
        given |= {"owner": owner_id, "pet": pet_id, "with_drafts": with_drafts, "limit": limit}
        return [HistoryHit(*row) for row in _run(HISTORY_SQL, space, given)]
    except DatabaseError as error:
        raise SearchError(str(error)) from error


def _given(
    text: str, vector: Vector | None, halves: str
) -> tuple[EmbeddingSpace | None, dict[str, Any]]:
    """The space of the vector and what both statements ask. A vector whose space is gone counts
    as none; without a vector words decide alone."""
    space = None
    if vector is not None and halves != "words":
        space = EmbeddingSpace.objects.filter(model=vector.model).first()
    terms = question_terms(text)
    values: Sequence[float] = vector.values if vector is not None and space is not None else [0.0]
    return space, {
        "has_vector": space is not None,
        "vector": "[" + ",".join(f"{value:.5f}" for value in values) + "]",
        "floor": space.floor if space else 0.0,
        "width": (space.ceiling - space.floor) if space else 1.0,
        "has_words": halves != "meaning" and bool(terms.asked),
        "query": terms.query,
        "terms": terms.vector.to_text(),
        "whole": terms.whole or 1.0,
        "stretch": WORDS_STRETCH,
        "words_weight": HALVES[halves] if space is not None else 1.0,
    }


def _run(sql: str, space: EmbeddingSpace | None, given: dict[str, Any]) -> list[Any]:
    filled = sql.format(
        space=int(space.pk) if space else 0,
        dimensions=int(space.dimensions) if space else 1,
        readable=READABLE,
    )
    with transaction.atomic(), connection.cursor() as cursor:
        # A filter must never empty the result: scan on until enough rows pass it.
        cursor.execute("set local hnsw.iterative_scan = relaxed_order")
        cursor.execute("set local hnsw.ef_search = 100")
        cursor.execute(filled, given)
        return list(cursor.fetchall())
