"""Scheduled work of consultations, and the checking and removal of their files."""

from contextlib import suppress
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from chat import idling
from chat.uploads import checking, retention


@shared_task
def end_idle_consultations() -> int:
    return idling.end_idle_consultations()


@shared_task
def check_upload(upload_id: str) -> None:
    checking.check(upload_id=UUID(upload_id))


@shared_task
def sweep_uploads() -> int:
    """Enqueue again what waits long for its check."""
    stale = checking.stale()
    for upload_id in stale:
        enqueue_check(upload_id)
    return len(stale)


@shared_task
def remove_due_files() -> int:
    return retention.remove_due()


@shared_task
def remove_orphan_files() -> int:
    return retention.remove_orphans()


def enqueue_check(upload_id: UUID) -> None:
    """Hand an upload to the queue. When the broker is away the sweep will do it."""
    with suppress(OperationalError):
        check_upload.delay(str(upload_id))


def enqueue_removal() -> None:
    """As `enqueue_check`."""
    with suppress(OperationalError):
        remove_due_files.delay()
