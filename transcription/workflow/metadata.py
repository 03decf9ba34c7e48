"""S3 메타데이터 조회: what is known of a recording before an engine hears it."""

from dataclasses import dataclass

from chat.models import Upload
from chat.uploads import formats


@dataclass(frozen=True)
class Metadata:
    """Format by the ending of its files, length in seconds (0 where nobody knows), channels."""

    ending: str
    seconds: float = 0.0
    channels: int = 1
    is_default: bool = False


def read(upload: Upload) -> Metadata:
    """What the look into its bytes found. Raises LookupError, TypeError, ValueError for facts
    that are none."""
    facts = upload.facts
    ending = formats.ALIASES[upload.content_type].ending
    return Metadata(ending, float(facts["seconds"]), int(facts["channels"]))


def default(upload: Upload) -> Metadata:
    """기본 메타데이터: by the name of the file alone. The engine looks into the bytes anyway."""
    ending = upload.key.rpartition(".")[2]
    known = formats.ENDINGS.get(ending, formats.WEBM)
    return Metadata(known.ending, is_default=True)
