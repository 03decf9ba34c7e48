"""파일 경로 파싱: whose bytes lie under a key, and whether a client has just put them there."""

from dataclasses import dataclass
from uuid import UUID

from chat.models import Upload
from chat.uploads import formats


@dataclass(frozen=True)
class Place:
    upload_id: UUID
    is_incoming: bool
    """Where its client was told to put it, and nowhere beside."""


def parse(key: str) -> Place | None:
    """None for a key that is of no upload."""
    upload_id = formats.upload_id_of(key)
    return Place(upload_id, key == formats.incoming_key(upload_id)) if upload_id else None


def check(upload: Upload) -> None:
    """Raises ValueError when the bytes of an upload lie where they cannot be its own."""
    place = parse(upload.key)
    if place is None or place.upload_id != upload.pk:
        raise ValueError("the recording does not lie under its own key")
