"""Photos on their way into a message."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from chat.models import Message, Upload
from chat.uploads import refusals

MOST_PHOTOS = 6


def attach(*, message: Message, photos: Sequence[UUID]) -> list[Upload]:
    """Put checked photos of the same consultation into a message, in the order given.

    A new wording takes the photos of the old one along. Runs within the message's transaction.
    Raises TooManyPhotos, PhotoUnusable.
    """
    mine = Upload.objects.usable().filter(
        owner=message.author, consultation=message.consultation_id, kind=Upload.Kind.PHOTO
    )
    older = mine.filter(message=message.revises_id) if message.revises_id else mine.none()
    wanted = list(dict.fromkeys([*older.values_list("pk", flat=True), *photos]))
    if len(wanted) > MOST_PHOTOS:
        raise refusals.TooManyPhotos
    if not wanted:
        return []
    is_free = Q(message=None) | Q(message=message.revises_id)
    rows = {row.pk: row for row in mine.filter(is_free, pk__in=wanted).select_for_update()}
    if len(rows) < len(wanted):
        raise refusals.PhotoUnusable
    Upload.objects.filter(pk__in=wanted).update(message=message, removes_at=None)
    return [rows[photo] for photo in wanted]
