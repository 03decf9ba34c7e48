"""The life of a copy of everything that was asked for: built by a worker, kept some days, removed.

The row is the promise. `enqueued_at` says when it was handed to the queue, and of one that was
begun when it was taken: whoever took it has `LONGEST` before it counts as lost.
"""

import logging
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.mail import send_mail
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drmaum.lib import tracing
from profiles import exporting
from profiles.models import DataExport, User
from profiles.signals import leftovers_due

logger = logging.getLogger(__name__)
Status = DataExport.Status
FOLDER = "exports"
KEPT = timedelta(days=7)
LONGEST = timedelta(minutes=35)  # beyond the time limit of the task
WAITS = timedelta(minutes=1)
SUBJECT = _("[Dr. 마음] 내 자료를 내려받을 수 있어요")


def build(*, export_id: UUID) -> bool:
    """Take what is waiting, build it, store it, tell its owner. False when there is nothing to
    do. Whatever fails is counted and tried again."""
    taken = _taken(export_id)
    if taken is None:
        return False
    try:
        size = _stored(taken)
    except Exception as error:
        logger.warning("export %s failed: %s", export_id, type(error).__name__, exc_info=True)
        _ours(taken).update(enqueued_at=None, error=type(error).__name__)
        return False
    until = timezone.now() + KEPT
    ready = {"key": _key_of(taken), "size": size, "ready_at": Now(), "expires_at": until}
    if _ours(taken).update(status=Status.READY, error="", **ready):
        _mail(taken.user)
    else:  # something of it was erased meanwhile, or all
        leftovers_due.send(DataExport, left={"files": [_key_of(taken)]})
    return True


def stale(limit: int = 100) -> list[UUID]:
    """What is to be enqueued: never enqueued, failed, or of a worker that is gone."""
    waiting = DataExport.objects.filter(_free(), status=Status.QUEUED)
    waiting = waiting.exclude(attempts=0, enqueued_at__gt=Now() - WAITS)
    ids = list(waiting.order_by("created_at").values_list("pk", flat=True)[:limit])
    DataExport.objects.filter(pk__in=ids, attempts=0).update(enqueued_at=Now())
    return ids


def requeue(*, export: DataExport) -> None:
    """Give a dead one three more attempts; the sweep enqueues it."""
    dead = DataExport.objects.filter(pk=export.pk, status=Status.DEAD)
    dead.update(status=Status.QUEUED, attempts=0, error="", enqueued_at=None)


def remove_expired() -> int:
    """Files whose days are over. An outage of the storage delays it."""
    over = DataExport.objects.filter(status=Status.READY, expires_at__lte=Now())
    removed = 0
    for row in over.order_by("expires_at")[:100]:
        leftovers_due.send(DataExport, left={"files": [_folder_of(row.pk)]})
        removed += DataExport.objects.filter(pk=row.pk).update(status=Status.REMOVED, key="")
    return removed


def withdraw(user: User) -> list[str]:
    """Within the transaction of an erasure: copies that hold what goes are out of reach, and one
    that is being built begins anew. Returns where their files may lie."""
    mine = DataExport.objects.visible_to(user)
    folders = [
        _folder_of(pk) for pk in mine.exclude(status=Status.REMOVED).values_list("pk", flat=True)
    ]
    mine.filter(status=Status.READY).update(status=Status.REMOVED, key="")
    begun = mine.filter(status=Status.QUEUED, attempts__gt=0)
    begun.update(attempts=F("attempts") + 1, enqueued_at=None)
    return folders


def _folder_of(export_id: UUID) -> str:
    return f"{FOLDER}/{export_id}/"


def _key_of(taken: DataExport) -> str:
    """Of this attempt alone: what another one stores lies elsewhere."""
    return f"{_folder_of(taken.pk)}{taken.attempts}.zip"


def _taken(export_id: UUID) -> DataExport | None:
    waiting = DataExport.objects.filter(_free(), pk=export_id, status=Status.QUEUED)
    used_up = waiting.filter(attempts__gte=settings.JOB_ATTEMPTS)
    if used_up.update(status=Status.DEAD):
        logger.error("export %s is dead", export_id)
        tracing.count("drmaum.jobs.died", kind="exports")
        return None
    if not waiting.update(attempts=F("attempts") + 1, enqueued_at=Now()):
        return None
    return DataExport.objects.select_related("user").filter(pk=export_id).first()


def _free() -> Q:
    return Q(attempts=0) | Q(enqueued_at=None) | Q(enqueued_at__lt=Now() - LONGEST)


def _ours(taken: DataExport) -> QuerySet[DataExport]:
    return DataExport.objects.filter(pk=taken.pk, status=Status.QUEUED, attempts=taken.attempts)


def _stored(taken: DataExport) -> int:
    """The size of the file that now lies in the storage."""
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / "all.zip"
        exporting.write(taken.user, path)
        with path.open("rb") as body:
            default_storage.save(_key_of(taken), File(body))
        return path.stat().st_size


def _mail(user: User) -> None:
    if user.email_verified_at is None:
        return
    link = f"{settings.SITE_URL.rstrip('/')}{reverse('me')}#exports"
    text = render_to_string("mail/export.txt", {"link": link, "days": KEPT.days})
    try:
        send_mail(str(SUBJECT), text, None, [user.email])
    except OSError:
        logger.warning("the mail of a finished export was not sent", exc_info=True)
