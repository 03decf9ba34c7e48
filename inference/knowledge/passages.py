"""An article as it is read: as a draft again, and in passages. How it is found is the index's."""

from collections.abc import Sequence

from inference.knowledge.loading import Draft, Piece, sections_of
from inference.models import Article, Passage


def draft_of(article: Article) -> Draft:
    """A stored article as it would be read from its file."""
    return Draft(
        slug=article.slug,
        title=article.title,
        category=article.category,
        species=tuple(article.species),
        conditions=tuple(article.conditions),
        urgency=article.urgency,
        sources=tuple(article.sources),
        checked_at=article.checked_at,
        expires_at=article.expires_at,
        says=tuple(article.says),
        red_flags=tuple(article.red_flags),
        body=article.body,
        sections=sections_of(article.body),
        content_hash=article.content_hash,
        status=article.status,
        origin=article.origin,
        licence=article.licence,
    )


def replace_passages(article: Article, parts: Sequence[Piece]) -> list[Passage]:
    """Let an article have these passages, in their order.

    A passage of the same section keeps its row, so that answers that cite it still lead there.
    """
    stored = Passage.objects.bulk_create(
        [_passage(article, part) for part in parts],
        update_conflicts=True,
        unique_fields=["article", "section", "position"],
        update_fields=["species", "text", "content_hash"],
    )
    article.passages.exclude(pk__in=[one.pk for one in stored]).delete()
    return stored


def _passage(article: Article, part: Piece) -> Passage:
    return Passage(
        article=article,
        section=part.section,
        position=part.position,
        species=article.species,
        text=part.text,
        content_hash=part.content_hash,
    )
