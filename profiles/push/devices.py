"""Which devices are notified, and of what."""

import base64
import binascii
from collections.abc import Sequence
from http import HTTPStatus
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles import tasks
from profiles.models import Device, Notification, User
from profiles.push import gateway, sending

MOST_DEVICES = 10
POINT_BYTES, SECRET_BYTES = 65, 16
GREETING = _("알림이 잘 도착했어요. 이 기기로 알려 드릴게요.")


class DeviceUnfit(Refusal):
    code = "device_unfit"
    message = _("이 브라우저의 알림 주소를 쓸 수 없어요. 다른 브라우저에서 다시 해 주세요.")


class TooManyDevices(Refusal):
    status = HTTPStatus.CONFLICT
    code = "too_many_devices"
    message = _("알림은 기기 열 대까지 받을 수 있어요. 안 쓰는 기기를 먼저 꺼 주세요.")


@transaction.atomic
def register(
    *,
    user: User,
    endpoint: str,
    p256dh: str,
    auth: str,
    label: str = "",
    kinds: Sequence[str] | None = None,
    session_key: str = "",
) -> Device:
    """Notify this browser from now on, of what was chosen for it or else of everything. Whoever
    signed in there before is not notified any more.

    Raises DeviceUnfit, TooManyDevices.
    """
    if not gateway.is_service(endpoint) or not _are_keys(p256dh, auth):
        raise DeviceUnfit
    User.objects.select_for_update(of=["self"]).get(pk=user.pk)
    Device.objects.filter(endpoint=endpoint).exclude(user=user).delete()
    known = Device.objects.filter(user=user, endpoint=endpoint).first()
    if known is None and user.devices.count() >= MOST_DEVICES:
        raise TooManyDevices
    chosen = kinds if kinds is not None else known.kinds if known else Device.Kind.values
    facts = {
        "user": user, "p256dh": p256dh, "auth": auth, "label": label,
        "kinds": sorted(set(chosen)), "session_key": session_key,
    }  # fmt: skip
    device, _created = Device.objects.update_or_create(endpoint=endpoint, defaults=facts)
    return device


@transaction.atomic
def try_out(*, device: Device) -> None:
    """Tell the device that it is told, so that its owner sees it."""
    now = timezone.now()
    Notification.objects.create(
        device=device, cause=f"hello:{uuid4()}", text=str(GREETING), path="/me",
        ends_at=now + sending.PAUSES[1],
    )  # fmt: skip
    transaction.on_commit(tasks.enqueue_notifications)


def change(*, device: Device, kinds: Sequence[str]) -> None:
    device.kinds = sorted(set(kinds))
    device.save(update_fields=["kinds"])


def forget(*, device: Device) -> None:
    device.delete()


def forget_session(*, session_key: str | None) -> None:
    """Whoever signs out of a browser is not notified there any more."""
    if session_key:
        Device.objects.filter(session_key=session_key).delete()


def _are_keys(p256dh: str, auth: str) -> bool:
    """A point of the curve, uncompressed, and a secret of sixteen bytes (RFC 8291, 3)."""
    point, secret = _decoded(p256dh), _decoded(auth)
    return len(point) == POINT_BYTES and point[:1] == b"\x04" and len(secret) == SECRET_BYTES


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
