"""What is removed, and when: due recordings, what was never finished, and what has no row.

A removal is noted in the row first (`removes_at` of a removed or refused upload says that its
bytes may still lie there), so that an outage of the storage only delays it.
"""

import logging
from uuid import UUID

from django.core.cache import cache
from django.db.models import Q
from django.db.models.functions import Now

from chat.models import Upload
from chat.uploads import formats
from chat.uploads.storage import StorageDownError, media

logger = logging.getLogger(__name__)
Status = Upload.Status
AT_ONCE = 200
A_PAGE, PAGES_AT_ONCE = 1000, 20
CURSOR = "uploads:orphans:after"
OVER = [Status.REMOVED, Status.REFUSED]


def remove_due() -> int:
    """Remove what is due, then the bytes of all that is removed. Returns how many."""
    # What is being checked stays until its check has ended, however long an outage lasts.
    due = Upload.objects.filter(removes_at__lte=Now(), status__in=[Status.ASKED, Status.READY])
    due.update(status=Status.REMOVED, name="")
    over = Upload.objects.filter(removes_at__lte=Now(), status__in=OVER).order_by("removes_at")
    ids = list(over.values_list("pk", flat=True)[:AT_ONCE])
    return sum(_bytes_removed(upload_id) for upload_id in ids)


def remove_orphans() -> int:
    """Remove bytes whose upload is gone with its consultation, pet or owner, and what a client
    put where nothing is expected any more. Goes on where the last run ended."""
    removed = 0
    try:
        for _ in range(PAGES_AT_ONCE):
            page = media().keys(cache.get(CURSOR, ""), A_PAGE)
            orphans = _orphans(page)
            for key in orphans:
                media().remove(key)
            removed += len(orphans)
            if len(page) < A_PAGE:
                cache.set(CURSOR, "", None)
                break
            cache.set(CURSOR, page[-1], None)
    except StorageDownError as error:
        logger.warning("orphans wait for the storage: %s", error)
    return removed


def _bytes_removed(upload_id: UUID) -> bool:
    try:
        for prefix in formats.prefixes_of(upload_id):
            media().remove(prefix)
    except StorageDownError as error:
        logger.warning("upload %s waits to be removed: %s", upload_id, error)
        return False
    Upload.objects.filter(pk=upload_id, status__in=OVER).update(removes_at=None)
    return True


def _orphans(keys: list[str]) -> list[str]:
    """Keys of ours that nothing needs. What is none of ours is left alone."""
    owned = {key: found for key in keys if (found := formats.upload_id_of(key))}
    awaited = Q(status__in=[Status.ASKED, Status.CHECKING])
    rows = Upload.objects.filter(pk__in=set(owned.values()))
    arriving = set(rows.filter(awaited).values_list("pk", flat=True))
    ready = set(rows.filter(status=Status.READY).values_list("pk", flat=True))
    return [key for key, found in owned.items() if not _is_needed(key, found, arriving, ready)]


def _is_needed(key: str, upload_id: UUID, arriving: set[UUID], ready: set[UUID]) -> bool:
    is_incoming = key.startswith(f"{formats.INCOMING}/")
    return upload_id in arriving or (upload_id in ready and not is_incoming)
