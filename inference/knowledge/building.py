"""Another model's space: filled beside the live one, which answers all the while, and put in its
place in one statement once nothing is missing in it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from inference.knowledge import approved, embed, index, spaces
from inference.knowledge.calibration import calibrate
from inference.knowledge.loading import pieces
from inference.knowledge.reindexing import computed, without_vectors
from inference.models import Article, EmbeddingSpace, Passage, PassageVector
from inference.models.library import PassageQuerySet

BATCH = 8


def size(space: EmbeddingSpace) -> int:
    """How many articles and batches of private passages are still to be embedded."""
    private = _private_without_vectors(space).count()
    return without_vectors(space).count() + -(-private // BATCH)


def build(space: EmbeddingSpace, failed: dict[str, str]) -> Iterator[str]:
    """Embed what is missing in a space, yielding the name of each part, and let it go live when
    nothing is. What could not be done is put into `failed`."""
    yield from _fill_library(space, failed)
    yield from _fill_private(space, failed)
    if failed:
        return
    try:
        calibrate(space)
        approved.index_for(space.model)
    except embed.EmbeddingError as error:
        failed["calibration"] = f"embedding: {error}"
    else:
        spaces.go_live(space=space)


def _fill_library(space: EmbeddingSpace, failed: dict[str, str]) -> Iterator[str]:
    known = index.shipped_vectors(space.model)

    def vectors(article: Article) -> Any:
        return index.vectors_of(index.draft_of(article), known, space.model)

    for article, found in computed(without_vectors(space), vectors):
        if isinstance(found, embed.EmbeddingError):
            failed[article.slug] = f"embedding: {found}"
        else:
            _keep_article(space, article, found)
        yield article.slug


@transaction.atomic
def _keep_article(space: EmbeddingSpace, article: Article, vectors: Sequence[Any]) -> None:
    """The vectors of an article as it is stored; one that changed meanwhile waits for the next
    run, since its passages no longer have this text."""
    parts = pieces(index.draft_of(article))
    by_place = {
        (part.section, part.position): vector for part, vector in zip(parts, vectors, strict=True)
    }
    hashes = {(part.section, part.position): part.content_hash for part in parts}
    passages = [
        passage
        for passage in Passage.objects.filter(article=article)
        if hashes.get((passage.section, passage.position)) == passage.content_hash
    ]
    _keep(space, [(one, by_place[one.section, one.position]) for one in passages])


def _fill_private(space: EmbeddingSpace, failed: dict[str, str]) -> Iterator[str]:
    """Notes and transcripts; those whose owner does not allow words abroad stay out of a space
    whose model is there, and are found by words alone."""

    def vectors(batch: list[Passage]) -> Any:
        return embed.embed_passages([one.text for one in batch], space.model)

    for batch, found in computed(_batches(_private_without_vectors(space)), vectors):
        name = f"private {batch[0].pk}-{batch[-1].pk}"
        if isinstance(found, embed.EmbeddingError):
            failed[name] = f"embedding: {found}"
        else:
            _keep(space, list(zip(batch, found, strict=True)))
        yield name


def _private_without_vectors(space: EmbeddingSpace) -> PassageQuerySet:
    has_vector = PassageVector.objects.filter(passage=OuterRef("pk"), space=space)
    private = Passage.objects.exclude(kind=Passage.Kind.KNOWLEDGE).exclude(Exists(has_vector))
    if embed.is_overseas(space.model):
        private = private.may_leave_the_country()
    return private.order_by("pk")


def _batches(passages: PassageQuerySet) -> Iterator[list[Passage]]:
    batch: list[Passage] = []
    for passage in passages.iterator(chunk_size=200):
        batch.append(passage)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _keep(space: EmbeddingSpace, pairs: Sequence[tuple[Passage, Any]]) -> None:
    PassageVector.objects.bulk_create(
        [
            PassageVector(
                space=space,
                passage=passage,
                is_public=passage.kind == Passage.Kind.KNOWLEDGE,
                content_hash=passage.content_hash,
                embedding=vector,
            )
            for passage, vector in pairs
        ],
        update_conflicts=True,
        unique_fields=["passage", "space"],
        update_fields=["content_hash", "embedding"],
    )
