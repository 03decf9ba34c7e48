"""Addresses of contents: signed, bound to one upload and variant, over after five minutes.

Whoever makes one has checked that its reader may see the upload; who holds it reads until it
ends. The content itself asks for no sign-in, so that a page can put it in an image or a player.
"""

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core import signing

from chat.models import Upload
from chat.uploads import formats

SALT = "upload-content"
FULL, THUMB = "full", "thumb"
VARIANTS = (FULL, THUMB)


def address_of(upload: Upload, variant: str = FULL) -> str | None:
    """None when there is nothing to see: not checked yet, refused, removed, or a sound's thumb."""
    if upload.status != Upload.Status.READY:
        return None
    if variant == THUMB and upload.kind != Upload.Kind.PHOTO:
        return None
    bound = _bound(upload.pk, variant)
    signed = signing.TimestampSigner(salt=SALT).sign(bound)
    query = urlencode({"variant": variant, "token": signed.removeprefix(f"{bound}:")})
    return f"/api/v1/uploads/{upload.pk}/content?{query}"


def is_good(upload_id: UUID, variant: str, token: str) -> bool:
    """Whether this token was made for this content, and has not ended."""
    try:
        signing.TimestampSigner(salt=SALT).unsign(
            f"{_bound(upload_id, variant)}:{token}", max_age=settings.MEDIA_ADDRESS_SECONDS
        )
    except signing.BadSignature:
        return False
    return True


def stored_at(upload: Upload, variant: str) -> tuple[str, str]:
    """The key and the type of a variant's bytes."""
    if variant == THUMB:
        return formats.thumb_key(upload.pk), formats.THUMB_TYPE
    return upload.key, upload.content_type


def _bound(upload_id: UUID, variant: str) -> str:
    return f"{upload_id}.{variant}"
