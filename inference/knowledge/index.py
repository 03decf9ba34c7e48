"""The library in the database: built from files by content hash.

The vectors of the built-in articles are shipped in `embeddings.npz`, keyed by model and the
hash of the text, so that a first run computes none.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Count, Max, Sum, Value
from django.utils import timezone

from inference.knowledge import embed
from inference.knowledge.lexemes import bigrams
from inference.knowledge.loading import ArticleError, Draft, Piece, names_of, parse, pieces
from inference.models import Article, Passage

FOLDER = Path(__file__).with_name("articles")
SHIPPED = Path(__file__).with_name("embeddings.npz")
BATCH = 16
Progress = Callable[[int], None]


@dataclass
class Difference:
    """What a reindex would do, or did: slugs by fate, and reasons of failures."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def read_folder(folder: Path = FOLDER) -> tuple[list[Draft], dict[str, str]]:
    """All articles of a folder, and the reasons of those that could not be read."""
    drafts, failed = [], {}
    for file in sorted(folder.glob("*.md")):
        try:
            drafts.append(parse(file.stem, file.read_text(encoding="utf-8")))
        except (ArticleError, UnicodeDecodeError, KeyError, TypeError) as error:
            failed[file.stem] = str(error)
    return drafts, failed


def compare(drafts: Iterable[Draft], failed: dict[str, str], *, is_full: bool) -> Difference:
    """Which articles are new, changed, removed or unchanged against the database."""
    model = embed.model_name()
    stored = dict(Article.objects.exclude(indexed_at=None).values_list("slug", "content_hash"))
    stale = set(
        Passage.objects.filter(kind="knowledge")
        .exclude(model=model)
        .values_list("article__slug", flat=True)
    )
    found = Difference(failed=dict(failed))
    seen = set(failed)
    for draft in drafts:
        seen.add(draft.slug)
        if draft.slug not in stored:
            found.new.append(draft.slug)
        elif is_full or stored[draft.slug] != draft.content_hash or draft.slug in stale:
            found.changed.append(draft.slug)
        else:
            found.unchanged.append(draft.slug)
    found.removed = sorted(set(stored) - seen)
    return found


def reindex(drafts: Sequence[Draft], difference: Difference, progress: Progress) -> None:
    """Carry the difference out, an article a transaction: an interrupted run goes on from there.

    A failed article keeps its old passages and is named in `difference.failed`.
    """
    by_slug = {draft.slug: draft for draft in drafts}
    shipped = shipped_vectors()
    for slug in [*difference.new, *difference.changed]:
        try:
            store_article(draft=by_slug[slug], shipped=shipped)
        except embed.EmbeddingError as error:
            difference.failed[slug] = f"embedding: {error}"
        progress(1)
    Article.objects.filter(slug__in=difference.removed).delete()


@transaction.atomic
def store_article(*, draft: Draft, shipped: dict[str, Any]) -> Article:
    """Store one article with its passages, replacing an earlier version at once."""
    article, _ = Article.objects.update_or_create(
        slug=draft.slug,
        defaults={
            "title": draft.title,
            "category": draft.category,
            "species": list(draft.species),
            "conditions": list(draft.conditions),
            "urgency": draft.urgency,
            "sources": list(draft.sources),
            "status": _status_of(draft),
            "checked_at": draft.checked_at,
            "expires_at": draft.expires_at,
            "body": draft.body,
            "content_hash": draft.content_hash,
            "indexed_at": timezone.now(),
        },
    )
    parts = pieces(draft)
    vectors = _vectors(parts, shipped)
    article.passages.all().delete()
    stored = Passage.objects.bulk_create(
        Passage(
            article=article,
            section=part.section,
            position=part.position,
            species=list(draft.species),
            text=part.text,
            content_hash=part.content_hash,
            model=embed.model_name(),
            embedding=vector,
        )
        for part, vector in zip(parts, vectors, strict=True)
    )
    names = " ".join(names_of(draft))
    for passage, part in zip(stored, parts, strict=True):
        text = " ".join(bigrams(f"{part.search_text} {names}" if part.position == 0 else part.text))
        Passage.objects.filter(pk=passage.pk).update(
            words=SearchVector(Value(text), config="simple")
        )
    return article


def _status_of(draft: Draft) -> str:
    """A vet's review, or a draft, stands for as long as the text is the same."""
    stored = Article.objects.filter(slug=draft.slug, content_hash=draft.content_hash).first()
    return stored.status if stored else Article.Status.SOURCE_CHECKED


def shipped_vectors() -> dict[str, Any]:
    """Content hash -> vector for the configured model; empty for another model."""
    if not SHIPPED.exists():
        return {}
    with np.load(SHIPPED, allow_pickle=False) as file:
        if str(file["model"]) != embed.model_name():
            return {}
        return dict(zip(file["hashes"].tolist(), file["vectors"].astype(np.float32), strict=True))


def ship_vectors(drafts: Sequence[Draft], progress: Progress) -> int:
    """Write `embeddings.npz` for the built-in articles, reusing what is in it. Returns how many."""
    known = shipped_vectors()
    parts = [part for draft in drafts for part in pieces(draft)]
    missing = [part for part in parts if part.content_hash not in known]
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        vectors = embed.embed_passages([part.search_text for part in batch])
        known.update(zip((part.content_hash for part in batch), vectors, strict=True))
        progress(len(batch))
    hashes = sorted({part.content_hash for part in parts})
    np.savez(
        SHIPPED,
        model=np.array(embed.model_name()),
        hashes=np.array(hashes),
        vectors=np.array([known[one] for one in hashes], dtype=np.float16),
    )
    return len(hashes)


def library_version() -> str:
    """A value that changes whenever what may answer does: also when an article expires."""
    answering = Article.objects.answering()
    state = answering.aggregate(count=Count("pk"), newest=Max("indexed_at"), sum=Sum("pk"))
    return f"{state['count']}-{state['sum']}-{state['newest']}"


def _vectors(parts: Sequence[Piece], shipped: dict[str, Any]) -> list[Any]:
    missing = [part for part in parts if part.content_hash not in shipped]
    computed: Any = embed.embed_passages([p.search_text for p in missing]) if missing else []
    fresh = dict(zip((part.content_hash for part in missing), computed, strict=True))
    return [
        fresh[part.content_hash] if part.content_hash in fresh else shipped[part.content_hash]
        for part in parts
    ]
