"""The promise of a notification, in the transaction of what it tells of.

A notification lies open on a locked phone: it names the animal and says where to look, never what
it is about.
"""

from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles import tasks
from profiles.models import Device, Notification, Pet, User

Kind = Device.Kind
LASTS = {
    Kind.CARE: timedelta(days=1),
    Kind.CHECK_IN: timedelta(hours=3),
    Kind.REVIEW: timedelta(days=2),
}
LONGEST_NAME = 30


@transaction.atomic
def promise(*, user: User, kind: str, pet: Pet, path: str, cause: UUID | str) -> int:
    """Tell each device of this person that wants this kind, once for this cause. Returns to how
    many it is promised."""
    devices = list(Device.objects.wanting(user, kind))
    ends = timezone.now() + LASTS[Kind(kind)]
    text = told_of(kind, pet.name)
    rows = [
        Notification(device=device, cause=f"{kind}:{cause}", text=text, path=path, ends_at=ends)
        for device in devices
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        transaction.on_commit(partial(tasks.enqueue_notifications))
    return len(rows)


def told_of(kind: str, name: str) -> str:
    """The one sentence of a notification."""
    pet = {"pet": " ".join(name.split())[:LONGEST_NAME]}
    sentences = {
        Kind.CARE: _("%(pet)s, 곧 챙길 일이 있어요."),
        Kind.CHECK_IN: _("%(pet)s의 안부를 여쭤봐요."),
        Kind.REVIEW: _("수의사가 %(pet)s의 상담 요약을 확인했어요."),
    }
    return sentences[Kind(kind)] % pet
