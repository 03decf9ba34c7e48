"""The library in the database: one article stored with its passages, words and vectors.

The vectors of the built-in articles are shipped in `embeddings.npz`, keyed by model and the
hash of the text, so that a first run computes none.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, F, Func, Max, Q, Sum, TextField, Value
from django.utils import timezone

from inference.knowledge import embed, lexical
from inference.knowledge.loading import Draft, parse_folder, pieces, whole_text
from inference.knowledge.passages import draft_of as draft_of
from inference.knowledge.passages import replace_passages
from inference.models import Article, EmbeddingSpace, Passage, PassageVector

FOLDER = Path(__file__).with_name("articles")
SHIPPED = Path(__file__).with_name("embeddings.npz")
Known = Mapping[str, Any]
"""Content hash of a passage's text -> its vector."""


class Superseded(Exception):
    """The article's text was changed, or the article removed, since this draft was read."""


def read_folder(folder: Path = FOLDER) -> tuple[list[Draft], dict[str, str]]:
    """All articles of a folder, and the reasons of those that could not be read."""
    return parse_folder(folder)


def vectors_of(draft: Draft, known: Known, model: str) -> list[Any]:
    """A vector for each passage, computed where it is not known. Raises EmbeddingError."""
    parts = pieces(draft)
    missing = [part for part in parts if part.content_hash not in known]
    computed: Any = embed.embed_passages([p.search_text for p in missing], model) if missing else []
    fresh = dict(zip((part.content_hash for part in missing), computed, strict=True))
    return [fresh.get(part.content_hash, known.get(part.content_hash)) for part in parts]


@transaction.atomic
def store_article(
    *, draft: Draft, space: EmbeddingSpace, vectors: Sequence[Any], usual: float | None = None
) -> Article:
    """Store one article with its passages, replacing an earlier version at once.

    A shipped one is as its file; what people brought in or wrote is stored already and only
    becomes findable. Raises Superseded.
    """
    article = _row_of(draft)
    parts = pieces(draft)
    stored = replace_passages(article, parts)
    PassageVector.objects.filter(passage__article=article).exclude(space=space).filter(
        ~Q(content_hash=F("passage__content_hash"))
    ).delete()
    PassageVector.objects.bulk_create(
        [
            PassageVector(
                space=space, passage=passage, is_public=True,
                content_hash=part.content_hash, embedding=vector,
            )
            for passage, part, vector in zip(stored, parts, vectors, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["passage", "space"],
        update_fields=["content_hash", "embedding"],
    )  # fmt: skip
    set_words(stored[0], whole_text(draft), usual or lexical.ARTICLE_WORDS)
    return article


def set_words(passage: Passage, text: str, usual: float) -> None:
    """What a passage is found by when words are asked. For an article its first passage stands
    for the whole text."""
    words = lexical.words_of(text)
    tsvector = Func(
        Value(lexical.as_tsvector(words)), template="%(expressions)s::tsvector",
        output_field=TextField(),
    )  # fmt: skip
    terms = lexical.text_terms(words, usual)
    Passage.objects.filter(pk=passage.pk).update(words=tsvector, terms=terms)


def shipped_vectors(model: str = embed.LOCAL) -> dict[str, Any]:
    """Content hash -> vector for the model that comes along; empty for another model."""
    if not SHIPPED.exists():
        return {}
    with np.load(SHIPPED, allow_pickle=False) as file:
        if str(file["model"]) != model:
            return {}
        return dict(zip(file["hashes"].tolist(), file["vectors"].astype(np.float32), strict=True))


def ship_vectors(drafts: Sequence[Draft]) -> Iterator[int]:
    """Write `embeddings.npz` for the built-in articles, reusing what is in it. Yields how many
    vectors there are so far."""
    known = shipped_vectors()
    for draft in drafts:
        found = vectors_of(draft, known, embed.LOCAL)
        known |= {part.content_hash: v for part, v in zip(pieces(draft), found, strict=True)}
        yield len(known)
    hashes = sorted({part.content_hash for draft in drafts for part in pieces(draft)})
    np.savez(
        SHIPPED,
        model=np.array(embed.LOCAL),
        hashes=np.array(hashes),
        vectors=np.array([known[one] for one in hashes], dtype=np.float16),
    )


def library_version() -> str:
    """A value that changes whenever what may answer does: also when an article expires."""
    answering = Article.objects.answering()
    state = answering.aggregate(count=Count("pk"), newest=Max("indexed_at"), sum=Sum("pk"))
    space = EmbeddingSpace.objects.live()
    return f"{state['count']}-{state['sum']}-{state['newest']}-{space.pk if space else 0}"


def _row_of(draft: Draft) -> Article:
    if draft.origin == Article.Origin.SHIPPED:
        return Article.objects.update_or_create(slug=draft.slug, defaults=_values(draft))[0]
    same = Article.objects.select_for_update().filter(
        slug=draft.slug, content_hash=draft.content_hash
    )
    article = same.first()
    if article is None:
        raise Superseded
    article.indexed_at = timezone.now()
    article.save(update_fields=["indexed_at"])
    return article


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "category": draft.category,
        "species": list(draft.species),
        "conditions": list(draft.conditions),
        "says": list(draft.says),
        "red_flags": list(draft.red_flags),
        "urgency": draft.urgency,
        "sources": list(draft.sources),
        "licence": draft.licence,
        "origin": draft.origin,
        "checked_at": draft.checked_at,
        "expires_at": draft.expires_at,
        "body": draft.body,
        "content_hash": draft.content_hash,
        "indexed_at": timezone.now(),
        **_standing(draft),
    }


def _standing(draft: Draft) -> dict[str, Any]:
    """What people decided stands for as long as the text is the same: a vet's review, a check
    against the sources, a longer term. What they withdrew does not come back with a new synonym."""
    stored = Article.objects.select_for_update().filter(slug=draft.slug).first()
    if stored is not None and stored.content_hash == draft.content_hash:
        names = ("status", "reviewed_by", "reviewed_at", "checked_at", "expires_at")
        return {name: getattr(stored, name) for name in names}
    is_withdrawn = (
        stored is not None
        and stored.status == Article.Status.DRAFT
        and (stored.title, stored.body) == (draft.title, draft.body)
    )
    status = Article.Status.DRAFT if is_withdrawn else draft.status
    return {"status": status, "reviewed_by": None, "reviewed_at": None}
