"""The search at scale: synthetic vectors, the product's own tables, filters and statement.

Vectors lie in clusters, as those of texts do: a centre and as wide a spread in 48 dimensions, turned
into 384, unit length. Each article has four passages; one in three speaks of a dog, one in fifty of a
reptile, one in twenty may not answer (a draft, or expired). What is exact comes from a brute
force over the same filters.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from inference.evaluation.figures import percentile
from inference.knowledge import spaces
from inference.knowledge.embed import LOCAL, Vector
from inference.knowledge.search import Query, search
from inference.models import EmbeddingSpace

DIMENSIONS, HIDDEN = 384, 48
PASSAGES_AN_ARTICLE = 4
QUESTIONS, DEPTH = 200, 10
SPECIES = {"every article": "cat", "one in three": "dog", "one in fifty": "reptile"}
Say = Callable[[str], None]


@dataclass
class Collection:
    """Synthetic passages: their vectors, and of each article whom it may answer."""

    vectors: Any
    is_dog: Any
    is_reptile: Any
    may_answer: Any

    @property
    def articles(self) -> int:
        return len(self.may_answer)

    def readable(self, species: str) -> Any:
        """Which articles a question about this animal may find."""
        fits = {"cat": np.ones(self.articles, bool), "dog": self.is_dog, "reptile": self.is_reptile}
        return fits[species] & self.may_answer

    def exact(self, question: Any, species: str) -> list[int]:
        """The articles of the nearest passages, by brute force, best first."""
        similarity = (self.vectors @ question).reshape(self.articles, PASSAGES_AN_ARTICLE).max(1)
        similarity[~self.readable(species)] = -2
        return [int(one) for one in np.argsort(-similarity)[:DEPTH]]


def synthetic(passages: int, seed: int = 7) -> tuple[Collection, Any]:
    """A collection and QUESTIONS questions near to some of it."""
    rng = np.random.default_rng(seed)
    turn = rng.standard_normal((HIDDEN, DIMENSIONS)).astype(np.float32)
    centres = rng.standard_normal((max(20, passages // 200), HIDDEN)).astype(np.float32)

    def near(count: int) -> Any:
        chosen = centres[rng.integers(len(centres), size=count)]
        noise = rng.standard_normal((count, HIDDEN)).astype(np.float32)
        return unit((chosen + noise) @ turn)

    articles = passages // PASSAGES_AN_ARTICLE
    found = Collection(
        vectors=near(articles * PASSAGES_AN_ARTICLE),
        is_dog=rng.random(articles) < 1 / 3,
        is_reptile=rng.random(articles) < 1 / 50,
        may_answer=rng.random(articles) < 0.95,
    )
    return found, near(QUESTIONS)


def unit(vectors: Any) -> Any:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def measure(passages: int, say: Say) -> dict[str, Any]:
    """Store, index and search a collection of this size in the database that is connected."""
    collection, questions = synthetic(passages)
    space = spaces.live()
    _empty(space)
    say(f"{passages:,} passages: storing …")
    _store(collection, space)
    say(f"{passages:,} passages: building the index …")
    minutes = _build(space)
    found: dict[str, Any] = {"passages": passages, "build_minutes": minutes, **_bytes(space)}
    for name, species in SPECIES.items():
        say(f"{passages:,} passages: asking, {name} …")
        found[name] = _ask(collection, questions, species)
    return found


def _ask(collection: Collection, questions: Any, species: str) -> dict[str, Any]:
    """Milliseconds of the whole search, and recall@10 of the articles it finds."""
    times, shares = [], []
    numbers = _numbers()
    for question in questions:
        query = Query("", species, Vector(LOCAL, question.tolist()), "meaning")
        begun = time.perf_counter()
        hits = search(query, limit=DEPTH)
        times.append((time.perf_counter() - begun) * 1000)
        exact = collection.exact(question, species)
        shares.append(len({numbers[hit.article_id] for hit in hits} & set(exact)) / len(exact))
    return {
        "p50_ms": percentile(times, 0.5),
        "p99_ms": percentile(times, 0.99),
        "recall@10": round(float(np.mean(shares)), 4),
    }


def _store(collection: Collection, space: EmbeddingSpace) -> None:
    today = timezone.localdate()
    later, before = today + timedelta(days=365), today - timedelta(days=1)
    connection.ensure_connection()
    driver: Any = connection.connection
    register_vector(driver)
    with driver.cursor() as raw:
        raw.execute("set synchronous_commit = off")
        with raw.copy(
            "copy inference_article (id, slug, title, category, species, conditions, says, urgency,"
            " sources, licence, origin, status, checked_at, expires_at, body, content_hash)"
            " from stdin"
        ) as copy:
            for number in range(collection.articles):
                copy.write_row(_article(collection, number, today, later, before))
        with raw.copy(
            "copy inference_passage (id, kind, article_id, section, position, species, text,"
            " content_hash) from stdin"
        ) as copy:
            for number in range(len(collection.vectors)):
                article, position = divmod(number, PASSAGES_AN_ARTICLE)
                copy.write_row(
                    (number + 1, "knowledge", article + 1, "part", position, "{}", "", str(number))
                )
        with raw.copy(
            "copy inference_passagevector (id, space_id, passage_id, is_public, content_hash,"
            " embedding) from stdin (format binary)"
        ) as copy:
            copy.set_types(["int8", "int8", "int8", "bool", "varchar", "halfvec"])
            for row in _vectors(collection, space):
                copy.write_row(row)
        raw.execute("analyze inference_article, inference_passage, inference_passagevector")


def _article(collection: Collection, number: int, today: Any, later: Any, before: Any) -> Any:
    animals = ["cat"]
    animals += ["dog"] if collection.is_dog[number] else []
    animals += ["reptile"] if collection.is_reptile[number] else []
    # One in twenty may not answer: drafts and expired ones in turn.
    answers = bool(collection.may_answer[number])
    status = "source_checked" if answers or number % 2 else "draft"
    expires = later if answers or not number % 2 else before
    return (
        number + 1, f"synthetic-{number}", "", "care", "{" + ",".join(animals) + "}", "[]", "{}",
        "home", "[]", "", "imported", status, today, expires, "", str(number),
    )  # fmt: skip


def _vectors(collection: Collection, space: EmbeddingSpace) -> Iterator[Any]:
    for number, vector in enumerate(collection.vectors, start=1):
        yield number, space.pk, number, True, str(number), HalfVector(vector)


def _build(space: EmbeddingSpace) -> float:
    """Minutes to build the space's index anew over all that is stored."""
    with connection.cursor() as cursor:
        cursor.execute("set maintenance_work_mem = '2GB'")
        cursor.execute("set max_parallel_maintenance_workers = 2")
        begun = time.perf_counter()
        spaces.make_index(space)
        return round((time.perf_counter() - begun) / 60, 2)


def _bytes(space: EmbeddingSpace) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_relation_size(%s::regclass), pg_table_size('inference_passagevector')",
            [spaces.index_name(space)],
        )
        index, table = cursor.fetchone()
    return {"index_bytes": index, "table_bytes": table}


def _empty(space: EmbeddingSpace) -> None:
    with connection.cursor() as cursor:
        cursor.execute("truncate inference_article, inference_passage cascade")
    spaces.drop_index(space)


def _numbers() -> dict[int, int]:
    """Article's key -> its number in the collection."""
    with connection.cursor() as cursor:
        cursor.execute("select id from inference_article")
        return {pk: pk - 1 for (pk,) in cursor.fetchall()}
