"""What differs between the library and its index, and storing it.

A run can be killed at any point and started again: each article is stored in one transaction and
known by its content hash.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from inference.knowledge import embed, index, lexical, spaces
from inference.knowledge.loading import Draft
from inference.models import Article, EmbeddingSpace, Passage, PassageVector

T = TypeVar("T")


@dataclass
class Difference:
    """What a run would do, or did: slugs by fate, and reasons of failures."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def todo(self) -> list[str]:
        return [*self.new, *self.changed]


def compare(
    drafts: Iterable[Draft],
    failed: dict[str, str],
    *,
    is_full: bool = False,
    only: Iterable[str] | None = None,
) -> Difference:
    """Which articles are new, changed, removed or unchanged against the live space. `only`
    restricts what is new or changed to these slugs."""
    stored = dict(Article.objects.exclude(indexed_at=None).values_list("slug", "content_hash"))
    unfound = set(without_vectors(spaces.live()).values_list("slug", flat=True))
    wanted = None if only is None else set(only)
    found = Difference(failed=dict(failed))
    seen = set(failed)
    for draft in drafts:
        seen.add(draft.slug)
        is_stale = is_full or stored.get(draft.slug) != draft.content_hash or draft.slug in unfound
        if not is_stale or (wanted is not None and draft.slug not in wanted):
            found.unchanged.append(draft.slug)
        elif draft.slug not in stored:
            found.new.append(draft.slug)
        else:
            found.changed.append(draft.slug)
    shipped = Article.objects.filter(origin=Article.Origin.SHIPPED)
    found.removed = sorted(set(shipped.values_list("slug", flat=True)) - seen)
    return found


def store(drafts: Sequence[Draft], difference: Difference) -> Iterator[str]:
    """Carry the difference out in the live space, an article a transaction; yields each slug
    when it is done.

    A failed article keeps its old passages and is named in `difference.failed`.
    """
    space = spaces.live()
    known = index.shipped_vectors(space.model)
    by_slug = {draft.slug: draft for draft in drafts}
    todo = [by_slug[slug] for slug in difference.todo]
    for draft, vectors in computed(todo, lambda one: index.vectors_of(one, known, space.model)):
        if isinstance(vectors, embed.EmbeddingError):
            difference.failed[draft.slug] = f"embedding: {vectors}"
        else:
            with suppress(index.Superseded):  # its newer text waits for a run of its own
                index.store_article(draft=draft, space=space, vectors=vectors)
        yield draft.slug
    Article.objects.filter(slug__in=difference.removed).delete()
    if difference.todo or difference.removed:
        lexical.refresh_statistics()


def computed(todo: Iterable[T], compute: Callable[[T], Any]) -> Iterator[tuple[T, Any]]:
    """Each with its vectors, or the EmbeddingError that kept them away, in order. As many at
    once as EMBEDDING_JOBS says: both cores, or several requests to a server."""

    def attempt(one: T) -> Any:
        try:
            return compute(one)
        except embed.EmbeddingError as error:
            return error

    waiting = iter(todo)
    with ThreadPoolExecutor(settings.EMBEDDING_JOBS) as pool:
        # A few ahead of the one being stored, so that a long library is never held in memory.
        ahead = deque(
            (one, pool.submit(attempt, one)) for one in islice(waiting, settings.EMBEDDING_JOBS * 2)
        )
        while ahead:
            one, result = ahead.popleft()
            yield one, result.result()
            for following in islice(waiting, 1):
                ahead.append((following, pool.submit(attempt, following)))


def without_vectors(space: EmbeddingSpace) -> QuerySet[Article]:
    """Articles with a passage that has no vector of its present text in this space."""
    has_vector = PassageVector.objects.filter(
        passage=OuterRef("pk"), space=space, content_hash=OuterRef("content_hash")
    )
    bare = Passage.objects.filter(article=OuterRef("pk")).exclude(Exists(has_vector))
    return Article.objects.filter(Exists(bare)).order_by("pk")
