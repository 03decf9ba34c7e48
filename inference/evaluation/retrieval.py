"""The search held against questions whose topic is known.

A line of a file is {"id", "question", "species", "topic_ko", "topic_en", "aliases"}: an article
is a hit when one of these names is its title, or a name of a condition of its.
"""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from inference import rulebook
from inference.evaluation.figures import percentile, share
from inference.knowledge import embed
from inference.knowledge.search import HALVES, Hit, Query, search
from inference.models import Article
from inference.pipeline.retrieve import candidates
from inference.triage.engine import assess
from inference.triage.types import PetFacts

FOLDER = Path(__file__).parent
# The search was tuned on the first file; the second is only ever measured.
DEVELOPMENT = FOLDER / "retrieval_development.jsonl"
HELD_OUT = FOLDER / "retrieval_held_out.jsonl"
DEPTH = 10
_SPACES = re.compile(r"[\s\-_·,()]+")


class TopicQuestion(BaseModel):
    """One question in an owner's words, and the names of what it is about."""

    model_config = ConfigDict(extra="ignore")

    id: str
    question: str
    species: str = "dog"
    topic_ko: str
    topic_en: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> set[str]:
        given = map(plain, (self.topic_ko, self.topic_en, *self.aliases))
        return {name for name in given if name}


@dataclass
class Found:
    """Where the first right answer stood, from 1 (None: not among the first), and how long the
    search took with its embedding."""

    ranks: dict[str, int | None] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)

    def hit(self, depth: int) -> float | None:
        good = sum(rank is not None and rank <= depth for rank in self.ranks.values())
        return share(good, len(self.ranks))

    def as_json(self) -> dict[str, Any]:
        reciprocal = [1 / rank for rank in self.ranks.values() if rank]
        return {
            "questions": len(self.ranks),
            "hit@1": self.hit(1),
            "hit@3": self.hit(3),
            "hit@5": self.hit(5),
            "mrr": round(sum(reciprocal) / len(self.ranks), 4) if self.ranks else None,
            "misses": [key for key, rank in self.ranks.items() if rank is None or rank > 5],
            "milliseconds": {
                "p50": percentile(self.milliseconds, 0.5),
                "p99": percentile(self.milliseconds, 0.99),
            },
        }


def plain(name: str) -> str:
    """A name without what tells nothing: spaces, hyphens, brackets, capitals."""
    return _SPACES.sub("", name).casefold()


def read_questions(path: Path) -> list[TopicQuestion]:
    """The questions of a file. Raises OSError, or ValueError that names the line."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                found.append(TopicQuestion.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                place = ".".join(map(str, first["loc"]))
                raise ValueError(f"line {number}: {place}: {first['msg']}") from error
    return found


def run(
    questions: Sequence[TopicQuestion], progress: Callable[[int], None], halves: str = "hybrid"
) -> Found:
    """Ask every question as the product would. Raises EmbeddingError, SearchError."""
    names = _names_of_articles()
    embed.embed_query("눈")
    found = Found()
    for asked in questions:
        begun = time.perf_counter()
        vector = None if halves == "words" else embed.ask(asked.question)
        hits = _found(asked, vector, halves)
        found.milliseconds.append((time.perf_counter() - begun) * 1000)
        right = (rank for rank, hit in enumerate(hits, 1) if names[hit.article_id] & asked.names)
        found.ranks[asked.id] = next(right, None)
        progress(1)
    return found


def _found(asked: TopicQuestion, vector: Any, halves: str) -> Sequence[Hit]:
    """The fused search as the product asks it, with what triage saw; a half by itself, bare."""
    query = Query(asked.question, asked.species, vector, halves)
    if halves != "hybrid":
        return search(query, limit=DEPTH)
    seen = assess(asked.question, PetFacts(species=asked.species), (), rulebook.current())
    flags = tuple(dict.fromkeys(finding.rule for finding in seen.findings))
    return candidates(replace(query, red_flags=flags), seen.urgency)


def run_all(
    questions: Sequence[TopicQuestion], progress: Callable[[int], None]
) -> dict[str, dict[str, Any]]:
    """The fused search and each of its halves alone."""
    return {halves: run(questions, progress, halves).as_json() for halves in HALVES}


def _names_of_articles() -> dict[int, set[str]]:
    return {
        article.pk: set(map(plain, (article.title, *_names(article.conditions))))
        for article in Article.objects.all()
    }


def _names(conditions: Iterable[dict[str, Any]]) -> list[str]:
    return [name for one in conditions for name in (one["ko"], one["en"], *one.get("synonyms", ()))]
