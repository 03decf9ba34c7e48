"""Spaces of vectors: one is live, another may be built beside it and then take its place."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from inference.knowledge.embedders.registry import described
from inference.models import EmbeddingSpace

# Questions that were embedded just before a swap are still asked in the old space.
KEPT_AFTER = timedelta(minutes=30)
HNSW_LINKS, HNSW_BREADTH = 16, 64


def live() -> EmbeddingSpace:
    """The space in which questions are asked; made for the model of the settings when there is
    none yet. Raises registry.UnknownModel."""
    found = EmbeddingSpace.objects.live()
    return found if found is not None else _first()


def space_for(model: str) -> EmbeddingSpace:
    """The space of a model, with its index; made when there is none. Raises UnknownModel."""
    found = EmbeddingSpace.objects.filter(model=model).first()
    if found is not None:
        return found
    with transaction.atomic():
        told = described(model)
        space, is_new = EmbeddingSpace.objects.get_or_create(
            model=model,
            defaults={
                "dimensions": told.dimensions,
                "floor": told.floor or 0.0,
                "ceiling": told.ceiling or 1.0,
            },
        )
        if is_new:
            make_index(space)
    return space


@transaction.atomic
def go_live(*, space: EmbeddingSpace) -> None:
    """Let questions be asked in this space from now on; the old one is kept for a while."""
    now = timezone.now()
    EmbeddingSpace.objects.select_for_update().filter(is_live=True).exclude(pk=space.pk).update(
        is_live=False, retired_at=now
    )
    EmbeddingSpace.objects.filter(pk=space.pk).update(is_live=True, live_at=now, retired_at=None)
    space.refresh_from_db()


def drop_retired() -> int:
    """Remove spaces whose time is over, with their vectors and indexes. Returns how many."""
    over = EmbeddingSpace.objects.filter(is_live=False, retired_at__lt=timezone.now() - KEPT_AFTER)
    spaces = list(over)
    for space in spaces:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"drop index if exists {index_name(space)}")
            space.delete()
    return len(spaces)


@transaction.atomic
def _first() -> EmbeddingSpace:
    space = space_for(settings.EMBEDDING_MODEL)
    if EmbeddingSpace.objects.live() is None:
        go_live(space=space)
    return space


def make_index(space: EmbeddingSpace) -> None:
    """An index over this space's public vectors alone: their length differs from other spaces'."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"create index {index_name(space)} on inference_passagevector"
            f" using hnsw ((embedding::halfvec({int(space.dimensions)})) halfvec_cosine_ops)"
            f" with (m = {HNSW_LINKS}, ef_construction = {HNSW_BREADTH})"
            f" where space_id = {int(space.pk)} and is_public"
        )


def drop_index(space: EmbeddingSpace) -> None:
    """Without it many vectors are stored faster; `make_index` afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(f"drop index if exists {index_name(space)}")


def index_name(space: EmbeddingSpace) -> str:
    return f"passagevector_space_{int(space.pk)}"
