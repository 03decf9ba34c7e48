"""How much one owner may upload a day. The day begins at midnight of the product's time zone."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils import timezone

from chat.models import Upload
from chat.uploads import refusals
from chat.uploads.formats import MEGABYTE
from profiles.models import User


def lock(owner_id: UUID) -> None:
    """Two uploads of one owner are counted one after the other."""
    list(User.objects.select_for_update(no_key=True).filter(pk=owner_id).values_list("pk"))


def check(*, owner: User, kind: str, size: int) -> None:
    """Whether one more file fits. Raises QuotaFiles, QuotaBytes, QuotaAudioMinutes."""
    today = _today(owner.pk)
    if today.count() >= settings.MEDIA_FILES_A_DAY:
        raise refusals.QuotaFiles
    so_far = today.aggregate(bytes=Sum("size"))["bytes"] or 0
    if so_far + size > settings.MEDIA_MEGABYTES_A_DAY * MEGABYTE:
        raise refusals.QuotaBytes
    if kind == Upload.Kind.AUDIO and seconds_today(owner.pk) >= _most_seconds():
        raise refusals.QuotaAudioMinutes


def leaves_room(owner_id: UUID, seconds: float) -> bool:
    """Whether a recording of this length still fits into the owner's day."""
    return seconds_today(owner_id) + seconds <= _most_seconds()


def seconds_today(owner_id: UUID) -> float:
    accepted = _today(owner_id).filter(kind=Upload.Kind.AUDIO, checked_at__isnull=False, refusal="")
    return sum(float(facts.get("seconds", 0)) for facts in accepted.values_list("facts", flat=True))


def _today(owner_id: UUID) -> QuerySet[Upload]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Upload.objects.filter(owner=owner_id, created_at__gte=midnight)


def _most_seconds() -> int:
    return int(settings.MEDIA_AUDIO_MINUTES_A_DAY) * 60
