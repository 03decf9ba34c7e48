"""Scheduled work of pets and their owners, erasures and copies of everything."""

from contextlib import suppress
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from profiles import exports, inviting, purging, reminding, traces
from profiles.push import sending


@shared_task
def remind_of_care() -> int:
    """Mail to owners what is due soon."""
    return reminding.remind()


@shared_task
def mail_invitations() -> int:
    """Mail to people who are invited to care for a pet."""
    return inviting.mail_waiting()


@shared_task
def finish_erasure(erasure_id: str) -> None:
    purging.purge(erasure_id=UUID(erasure_id))


@shared_task
def sweep_erasures() -> int:
    return purging.sweep()


@shared_task
def forget_expired() -> int:
    """Sign-ins, browser sessions, codes and tickets whose time is over."""
    return traces.forget_expired()


# Reading and packing hundreds of recordings takes its time.
@shared_task(soft_time_limit=1740, time_limit=1800)
def build_export(export_id: str) -> None:
    exports.build(export_id=UUID(export_id))


@shared_task
def sweep_exports() -> int:
    """Enqueue again what waits, and remove files whose days are over."""
    waiting = exports.stale()
    for export_id in waiting:
        enqueue_export(export_id)
    return len(waiting) + exports.remove_expired()


def enqueue_erasure(erasure_id: UUID) -> None:
    """Hand an erasure to the queue. When the broker is away the sweep will do it."""
    with suppress(OperationalError):
        finish_erasure.delay(str(erasure_id))


def enqueue_export(export_id: UUID) -> None:
    """As `enqueue_erasure`."""
    with suppress(OperationalError):
        build_export.delay(str(export_id))


@shared_task
def send_notifications() -> int:
    """Tell devices what they were promised to be told."""
    return sending.send_waiting()


def enqueue_notifications() -> None:
    """As `enqueue_erasure`."""
    with suppress(OperationalError):
        send_notifications.delay()


def enqueue_invitations() -> None:
    """As `enqueue_erasure`."""
    with suppress(OperationalError):
        mail_invitations.delay()
