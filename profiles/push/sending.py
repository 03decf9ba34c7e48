"""Promises that wait are kept: each row by itself, so that two workers tell once."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from profiles.models import Device, Notification
from profiles.push import gateway

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 200
PAUSES = (timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))


def send_waiting() -> int:
    """Send what is due. Returns how many were taken by their services."""
    now = timezone.now()
    Notification.objects.filter(ends_at__lte=now).delete()
    due = Notification.objects.filter(due_at__lte=now).order_by("due_at")
    return sum(_send(pk) for pk in list(due.values_list("pk", flat=True)[:MOST_AT_ONCE]))


@transaction.atomic
def _send(pk: int) -> bool:
    """Under the lock of the row. A device that is gone is forgotten with all that waits for it."""
    rows = Notification.objects.select_related("device").filter(due_at__lte=timezone.now())
    waiting = rows.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if waiting is None:
        return False
    device = waiting.device
    try:
        gateway.send(
            subscription=_subscription(device),
            told={"text": waiting.text, "path": waiting.path, "tag": waiting.cause},
            seconds=max(60, int((waiting.ends_at - timezone.now()).total_seconds())),
        )
    except gateway.GoneError:
        logger.info("device %s is gone", device.pk)
        device.delete()
        return False
    except gateway.LaterError as error:
        _put_off(waiting, str(error))
        return False
    waiting.delete()
    Device.objects.filter(pk=device.pk).update(told_at=timezone.now())
    return True


def _put_off(waiting: Notification, why: str) -> None:
    """Try again after a pause; given up after the last one."""
    if waiting.attempts >= len(PAUSES):
        logger.warning("notification %s is given up: %s", waiting.pk, why)
        waiting.delete()
        return
    waiting.due_at = timezone.now() + PAUSES[waiting.attempts]
    waiting.attempts += 1
    waiting.save(update_fields=["due_at", "attempts"])


def _subscription(device: Device) -> dict[str, object]:
    keys = {"p256dh": device.p256dh, "auth": device.auth}
    return {"endpoint": device.endpoint, "keys": keys}
