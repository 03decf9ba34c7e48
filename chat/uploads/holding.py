"""What an owner does with an upload of theirs: keep it longer, or remove it."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chat import tasks
from chat.models import Upload
from chat.uploads import refusals

# Who takes a keeping back gets time to think again.
LEAST_LEFT = timedelta(days=1)


@transaction.atomic
def keep(*, upload: Upload, is_kept: bool) -> Upload:
    """Keep a recording beyond its days, or no longer. Raises CannotKeep."""
    row = Upload.objects.select_for_update().get(pk=upload.pk)
    if row.kind != Upload.Kind.AUDIO or row.status != Upload.Status.READY or not row.checked_at:
        raise refusals.CannotKeep
    if row.is_kept != is_kept:
        due = row.checked_at + timedelta(days=settings.MEDIA_AUDIO_DAYS)
        row.is_kept = is_kept
        row.removes_at = None if is_kept else max(due, timezone.now() + LEAST_LEFT)
        row.save(update_fields=["is_kept", "removes_at"])
    return row


@transaction.atomic
def remove(*, upload: Upload) -> None:
    """Out of sight at once; its bytes follow. The row stays, so that a day's quota does."""
    row = Upload.objects.select_for_update().get(pk=upload.pk)
    row.status, row.name = Upload.Status.REMOVED, ""
    row.removes_at, row.is_kept = timezone.now(), False
    row.save(update_fields=["status", "name", "removes_at", "is_kept"])
    transaction.on_commit(tasks.enqueue_removal)
