"""The worker's look into what was uploaded. Nothing is usable before it has passed.

A look may happen twice; its result is stored once, by the row's state. An outage of the storage
is waited out, a look that failed by itself is tried three times.
"""

import logging
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from chat.models import Upload, UploadQuerySet
from chat.signals import audio_uploaded
from chat.uploads import formats, quotas, sandbox
from chat.uploads.formats import Format
from chat.uploads.sandbox import Finding
from chat.uploads.storage import MissingFileError, StorageDownError, media
from drmaum.lib.renewing import renewed

logger = logging.getLogger(__name__)
Status = Upload.Status
RENEWED_EVERY = 4.0
# A check that nobody renewed so long is handed to the queue again.
WAITS = timedelta(seconds=20)
WAITING = {"waiting": "storage"}


@dataclass(frozen=True)
class Checked:
    """A file that passed: where it lies now, and what it is."""

    key: str
    content_type: str
    size: int
    finding: Finding


def check(*, upload_id: UUID) -> None:
    """Make one upload ready or refuse it. Whatever else fails is logged and tried again."""
    upload = _waiting(upload_id).first()
    if upload is None:
        return
    _waiting(upload_id).update(enqueued_at=Now())
    try:
        with renewed(lambda: _waiting(upload_id).update(enqueued_at=Now()), RENEWED_EVERY):
            _judge(upload)
    except MissingFileError:
        _refuse(upload_id, "file_missing")
    except StorageDownError as error:
        logger.warning("upload %s waits for the storage: %s", upload_id, error)
        _waiting(upload_id).update(facts=WAITING, enqueued_at=None)
        return
    except Exception as error:
        logger.warning("upload %s not checked: %s", upload_id, type(error).__name__, exc_info=True)
        _count_failure(upload_id)
        return
    with suppress(StorageDownError):  # else it goes with the orphans
        media().remove(formats.incoming_key(upload_id))


def stale(limit: int = 200) -> list[UUID]:
    """Uploads whose check is to be enqueued; they count as enqueued from now on."""
    long_ago = Q(enqueued_at=None) | Q(enqueued_at__lt=Now() - WAITS)
    waiting = Upload.objects.filter(long_ago, status=Status.CHECKING).order_by("created_at")
    ids = list(waiting.values_list("pk", flat=True)[:limit])
    Upload.objects.filter(pk__in=ids).update(enqueued_at=Now())
    return ids


def _judge(upload: Upload) -> None:
    with media().borrowed(upload.key) as source:
        size = source.stat().st_size
        with source.open("rb") as file:
            found = formats.detected(upload.kind, file.read(formats.HEAD_BYTES))
        if found is None:
            return _refuse(upload.pk, "file_unsupported")
        if size > formats.LARGEST[upload.kind]:
            return _refuse(upload.pk, "file_too_large")
        look = _look_at_photo if upload.kind == Upload.Kind.PHOTO else _look_at_audio
        checked = look(upload.pk, found, source)
        if checked.finding.refusal:
            return _refuse(upload.pk, checked.finding.refusal)
    return _make_ready(upload, checked)


def _look_at_photo(upload_id: UUID, found: Format, source: Path) -> Checked:
    """Only what was drawn anew is stored."""
    key = formats.checked_key(found.kind, upload_id, formats.JPEG.ending)
    with tempfile.TemporaryDirectory(prefix="photo-") as folder:
        full, thumb = Path(folder) / "full.jpg", Path(folder) / "thumb.webp"
        finding = sandbox.look(sandbox.PHOTOS, found.reader, str(source), str(full), str(thumb))
        if not finding.refusal:
            media().put(formats.thumb_key(upload_id), thumb, formats.THUMB_TYPE)
            media().put(key, full, formats.JPEG.content_type)
    return Checked(key, formats.JPEG.content_type, source.stat().st_size, finding)


def _look_at_audio(upload_id: UUID, found: Format, source: Path) -> Checked:
    """Stored where its owner cannot write: these very bytes were checked."""
    key = formats.checked_key(found.kind, upload_id, found.ending)
    finding = sandbox.look(sandbox.PROBING, found.reader, str(source))
    if not finding.refusal:
        media().put(key, source, found.content_type)
    return Checked(key, found.content_type, source.stat().st_size, finding)


@transaction.atomic
def _make_ready(upload: Upload, checked: Checked) -> None:
    """Within one transaction with what follows from a recording."""
    quotas.lock(upload.owner_id)
    row = _waiting(upload.pk).select_for_update().first()
    if row is None:
        return
    facts = checked.finding.facts
    is_audio = row.kind == Upload.Kind.AUDIO
    if is_audio and not quotas.leaves_room(row.owner_id, facts["seconds"]):
        _refuse(row.pk, "quota_audio_minutes")
        return
    row.status, row.facts, row.size = Status.READY, facts, checked.size
    row.key, row.content_type = checked.key, checked.content_type
    row.checked_at = timezone.now()
    row.removes_at = _due(row, row.checked_at)
    row.save()
    if row.purpose == Upload.Purpose.PORTRAIT:
        older = Upload.objects.usable().filter(pet=row.pet, purpose=row.purpose)
        older.exclude(pk=row.pk).update(status=Status.REMOVED, name="", removes_at=Now())
    if is_audio:
        audio_uploaded.send(Upload, upload=row)


def _due(row: Upload, checked_at: datetime) -> datetime | None:
    """A recording has its days; a photo is to be sent soon, unless it is a pet's own."""
    if row.purpose != Upload.Purpose.TALK:
        return None
    is_audio = row.kind == Upload.Kind.AUDIO
    days = timedelta(days=settings.MEDIA_AUDIO_DAYS)
    return checked_at + (days if is_audio else timedelta(hours=settings.MEDIA_UNFINISHED_HOURS))


def _refuse(upload_id: UUID, code: str) -> None:
    _waiting(upload_id).update(
        status=Status.REFUSED, refusal=code, facts={}, checked_at=Now(), removes_at=Now()
    )


def _count_failure(upload_id: UUID) -> None:
    _waiting(upload_id).update(attempts=F("attempts") + 1, enqueued_at=None)
    if _waiting(upload_id).filter(attempts__gte=settings.JOB_ATTEMPTS).exists():
        _refuse(upload_id, "file_unreadable")


def _waiting(upload_id: UUID) -> UploadQuerySet:
    return Upload.objects.filter(pk=upload_id, status=Status.CHECKING)
