"""The query test: what the search finds for made-up words, and why, computed by a worker.

Question and result lie in the cache for ten minutes under an id that cannot be guessed, for the
one person who asked. Nothing is stored, and what was typed is in no log.
"""

import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache
from pgvector.django import CosineDistance

from inference import rulebook
from inference.knowledge import embed
from inference.knowledge.lexical import question_terms
from inference.knowledge.search import WORDS_WEIGHT, Hit, Query, SearchError
from inference.knowledge.showing import label_of
from inference.models import Article, PassageVector
from inference.pipeline import retrieve
from inference.triage.engine import assess
from inference.triage.types import PetFacts
from profiles.models import User

KEPT_SECONDS = 600
PREFIX = "search-trial:"
EXCERPT = 160


@dataclass(frozen=True)
class Trial:
    """What was asked, and the result once a worker has it. `failure` is `search` when the
    database could not be asked."""

    user: str
    text: str
    species: str
    result: dict[str, Any] | None = None
    failure: str = ""

    @property
    def is_done(self) -> bool:
        return self.result is not None or bool(self.failure)


def keep(*, user: User, text: str, species: str) -> str:
    """Keep a question for the worker. Returns the id of the trial."""
    trial_id = secrets.token_urlsafe(18)
    _put(trial_id, Trial(str(user.pk), text, species))
    return trial_id


def look_up(trial_id: str, user: User) -> Trial | None:
    """This person's trial; None when it is another's or its time is over."""
    trial = _get(trial_id)
    return trial if trial is not None and trial.user == str(user.pk) else None


def carry_out(trial_id: str) -> None:
    """Search as the pipeline does, and keep what was found beside the question."""
    trial = _get(trial_id)
    if trial is None or trial.is_done:
        return
    try:
        result = try_out(trial.text, trial.species)
    except SearchError:
        _put(trial_id, Trial(trial.user, trial.text, trial.species, failure="search"))
    else:
        _put(trial_id, Trial(trial.user, trial.text, trial.species, result=result))


def try_out(text: str, species: str) -> dict[str, Any]:
    """What the search finds for a question and what an answer would build on.
    Raises SearchError."""
    assessed = assess(text, PetFacts(species=species), (), rulebook.current())
    urgency = assessed.urgency
    red_flags = tuple(dict.fromkeys(finding.rule for finding in assessed.findings))
    begun = time.perf_counter()
    vector = _embedded(text)
    embedded = time.perf_counter()
    asked = Query(text, species, vector, red_flags=red_flags)
    hits = retrieve.candidates(asked, urgency)
    found = time.perf_counter()
    return {
        "urgency": urgency,
        "is_lexical_only": vector is None,
        "embedding_ms": round((embedded - begun) * 1000, 1),
        "search_ms": round((found - embedded) * 1000, 1),
        "least": retrieve.least_score(hits[0]) if hits else None,
        "answers": bool(retrieve.quotable(hits)),
        "articles": _articles(hits, vector),
        **_terms(text),
    }


def _embedded(text: str) -> embed.Vector | None:
    try:
        return embed.ask(text)
    except embed.EmbeddingError:
        return None


def _articles(hits: list[Hit], vector: embed.Vector | None) -> list[dict[str, Any]]:
    """Each with the parts of its score: their sum is the score."""
    ids = [hit.article_id for hit in hits]
    stored = Article.objects.select_related("reviewed_by").in_bulk(ids)
    quoted = {hit.article_id for hit in retrieve.quotable(hits)}
    nearest = _nearest(ids, vector)
    share = WORDS_WEIGHT if vector is not None else 1.0
    return [
        {
            "id": hit.article_id,
            "title": stored[hit.article_id].title,
            "urgency": hit.urgency,
            "standing": label_of(stored[hit.article_id]),
            "score": round(hit.score, 3),
            "from_words": round(share * hit.words, 3),
            "from_meaning": round((1 - share) * hit.meaning, 3),
            "from_danger": round(_bonus(hit, share), 3),
            "is_quoted": hit.article_id in quoted,
            "nearest": nearest.get(hit.article_id),
        }
        for hit in hits
        if hit.article_id in stored
    ]


def _bonus(hit: Hit, share: float) -> float:
    return hit.score - share * hit.words - (1 - share) * hit.meaning


def _nearest(ids: list[int], vector: embed.Vector | None) -> dict[int, dict[str, Any]]:
    """The passage of each article that means most what was asked."""
    if vector is None:
        return {}
    rows = PassageVector.objects.filter(space__model=vector.model, passage__article__in=ids)
    measured = rows.annotate(distance=CosineDistance("embedding", list(vector.values)))
    best = measured.order_by("passage__article", "distance", "pk").distinct("passage__article")
    columns = ("passage__article", "passage__section", "passage__text", "distance")
    return {
        article: {"section": section, "text": text[:EXCERPT], "similarity": round(1 - distance, 3)}
        for article, section, text, distance in best.values_list(*columns)
    }


def _terms(text: str) -> dict[str, Any]:
    """The telling words by weight: morphemes with their companions, and pairs of syllables."""
    ranked = sorted(question_terms(text).weights.items(), key=lambda pair: -pair[1])
    rounded = [(word, round(weight, 2)) for word, weight in ranked]
    return {
        "morphemes": [(word, weight) for word, weight in rounded if not word.startswith("~")],
        "pairs": [(word[1:], weight) for word, weight in rounded if word.startswith("~")],
    }


def _get(trial_id: str) -> Trial | None:
    kept = cache.get(PREFIX + trial_id)
    return Trial(**kept) if kept else None


def _put(trial_id: str, trial: Trial) -> None:
    cache.set(PREFIX + trial_id, asdict(trial), KEPT_SECONDS)
