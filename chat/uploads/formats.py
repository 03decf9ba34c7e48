"""What may be uploaded: formats, limits, and where the bytes of an upload lie."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

import filetype

from chat.models import Upload

MEGABYTE = 1024 * 1024
LARGEST: dict[str, int] = {Upload.Kind.PHOTO: 20 * MEGABYTE, Upload.Kind.AUDIO: 200 * MEGABYTE}
INCOMING = "incoming"
PART = ".part"  # of a file that is still being written
THUMB_TYPE = "image/webp"
HEAD_BYTES = 512


@dataclass(frozen=True)
class Format:
    """One accepted format: its type on the wire, the ending of its files, who reads it."""

    kind: str
    content_type: str
    ending: str
    reader: str
    """The name of the one decoder that may open it: Pillow's, or FFmpeg's demuxer."""


PHOTO, AUDIO = Upload.Kind.PHOTO.value, Upload.Kind.AUDIO.value
JPEG = Format(PHOTO, "image/jpeg", "jpg", "JPEG")
PNG = Format(PHOTO, "image/png", "png", "PNG")
WEBP = Format(PHOTO, "image/webp", "webp", "WEBP")
HEIC = Format(PHOTO, "image/heic", "heic", "HEIF")
M4A = Format(AUDIO, "audio/mp4", "m4a", "mov")
MP3 = Format(AUDIO, "audio/mpeg", "mp3", "mp3")
WAV = Format(AUDIO, "audio/wav", "wav", "wav")
WEBM = Format(AUDIO, "audio/webm", "webm", "matroska")
OGG = Format(AUDIO, "audio/ogg", "ogg", "ogg")
FLAC = Format(AUDIO, "audio/flac", "flac", "flac")
AMR = Format(AUDIO, "audio/amr", "amr", "amr")
FORMATS = (JPEG, PNG, WEBP, HEIC, M4A, MP3, WAV, WEBM, OGG, FLAC, AMR)

# Other names under which clients and the detector know the same formats.
ALIASES: dict[str, Format] = {
    **{known.content_type: known for known in FORMATS},
    "image/jpg": JPEG,
    "image/heif": HEIC,
    "image/heic-sequence": HEIC,
    "image/heif-sequence": HEIC,
    "audio/m4a": M4A,
    "audio/x-m4a": M4A,
    "video/mp4": M4A,
    "audio/mp3": MP3,
    "audio/x-wav": WAV,
    "audio/wave": WAV,
    "audio/vnd.wave": WAV,
    "video/webm": WEBM,
    "audio/opus": OGG,
    "application/ogg": OGG,
    "audio/x-flac": FLAC,
    "audio/amr-wb": AMR,
    "audio/3gpp": AMR,
}
ENDINGS: dict[str, Format] = {
    **{known.ending: known for known in FORMATS},
    "jpeg": JPEG,
    "heif": HEIC,
    "mp4": M4A,
    "oga": OGG,
    "opus": OGG,
    "weba": WEBM,
}
UNTOLD = {"", "application/octet-stream", "binary/octet-stream"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}


def claimed(kind: str, content_type: str, name: str) -> Format | None:
    """The format that a client says it will send; by the file's ending where it does not know."""
    bare = content_type.split(";")[0].strip().lower()
    ending = PurePosixPath(name.lower()).suffix.lstrip(".")
    found = ENDINGS.get(ending) if bare in UNTOLD else ALIASES.get(bare)
    return found if found and found.kind == kind else None


def detected(kind: str, head: bytes) -> Format | None:
    """The format that a file's first bytes show. Text formats, SVG and HTML among them, have
    no such bytes and are never found."""
    if head.startswith(b"#!AMR"):
        found: Format | None = AMR
    elif head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        found = HEIC
    elif head[4:8] == b"ftyp" and kind == AUDIO:
        found = M4A  # browsers that record in fragments name brands that no detector knows
    else:
        guess = filetype.guess(head)
        found = ALIASES.get(guess.mime) if guess else None
    return found if found and found.kind == kind else None


def incoming_key(upload_id: UUID) -> str:
    """Where a client puts its bytes. Nothing there is ever shown."""
    return f"{INCOMING}/{upload_id}"


def checked_key(kind: str, upload_id: UUID, ending: str) -> str:
    """Where the bytes that were checked lie: no client can write there."""
    return f"{kind}/{upload_id}/full.{ending}"


def thumb_key(upload_id: UUID) -> str:
    return f"{PHOTO}/{upload_id}/thumb.webp"


def prefixes_of(upload_id: UUID) -> list[str]:
    """Everything that can lie anywhere for an upload."""
    return [incoming_key(upload_id), f"{PHOTO}/{upload_id}/", f"{AUDIO}/{upload_id}/"]


def upload_id_of(key: str) -> UUID | None:
    """Whose bytes a key holds; None for a key that is none of ours."""
    parts = key.split("/")
    try:
        return UUID(parts[1].removesuffix(PART)) if parts[0] in (INCOMING, PHOTO, AUDIO) else None
    except (IndexError, ValueError):
        return None
