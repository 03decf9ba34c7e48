"""Articles of a few words, for tests that count them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from inference.knowledge import index, spaces
from inference.knowledge.loading import Draft, pieces
from inference.models import Article, EmbeddingSpace

USUAL = 5.0


def tiny(slug: str, body: str, **fields: Any) -> Draft:
    """An article without title, names or sections: it is found by its body alone."""
    today = timezone.localdate()
    told = {
        "slug": slug, "title": "", "category": "care", "species": ("dog",), "conditions": (),
        "urgency": "home", "sources": (), "checked_at": today,
        "expires_at": today + timedelta(days=9), "says": (), "body": body, "sections": (),
        "content_hash": slug, **fields,
    }  # fmt: skip
    return Draft(**told)


def put(
    slug: str,
    body: str,
    vector: Sequence[float] | None = None,
    space: EmbeddingSpace | None = None,
    **fields: Any,
) -> Article:
    """Store one; every text has the direction of the first axis unless told otherwise."""
    draft, space = tiny(slug, body, **fields), space or spaces.live()
    direction = list(vector or [1.0])
    direction += [0.0] * (space.dimensions - len(direction))
    vectors = [direction for _ in pieces(draft)]
    return index.store_article(draft=draft, space=space, vectors=vectors, usual=USUAL)
