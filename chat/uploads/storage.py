"""The gateway to the bytes of uploads: a local folder, or an S3 bucket by setting.

Both stand behind django-storages' default storage, so `default_storage.open(upload.key)` reads
either. What it lacks is here: addresses to post to, versions, and one error for an outage.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings
from django.core import signing

from chat.models import Upload
from chat.uploads import formats

POST_SALT = "upload-post"


class MissingFileError(Exception):
    """Nothing lies under the key."""


class StorageDownError(Exception):
    """The storage does not answer; the same may work later."""


@dataclass(frozen=True)
class PostForm:
    """An address and the fields that a client posts to it, the file last."""

    url: str
    fields: dict[str, str]


class Media(Protocol):
    """Raises MissingFileError, StorageDownError."""

    def post_form(self, upload: Upload) -> PostForm:
        """How a client may put this upload's bytes, and nothing else, for ten minutes."""

    def borrowed(self, key: str) -> AbstractContextManager[Path]:
        """The bytes as a local file for the time of a with-block."""

    def put(self, key: str, path: Path, content_type: str) -> None: ...

    def remove(self, prefix: str) -> None:
        """Whatever starts with it, every version."""

    def keys(self, after: str, limit: int) -> list[str]:
        """What is stored, in the order of keys."""

    def address(self, key: str, content_type: str, disposition: str) -> str | None:
        """A short-lived address of the storage itself; None where the product serves it."""

    def reach(self) -> None:
        """Nothing but ask whether it is there."""


def media() -> Media:
    """The storage that the settings name."""
    if settings.MEDIA_BUCKET:
        from chat.uploads.bucket import Bucket  # noqa: PLC0415  (an SDK, where it is needed only)

        return Bucket()
    return Folder()


class Folder:
    """Files under MEDIA_ROOT, posted to the product itself."""

    @property
    def root(self) -> Path:
        return Path(settings.MEDIA_ROOT)

    def post_form(self, upload: Upload) -> PostForm:
        fields = {"key": upload.key, "Content-Type": upload.content_type}
        token = signing.dumps({**fields, "most": upload.size}, salt=POST_SALT)
        return PostForm(f"/api/v1/uploads/{upload.pk}/file", {**fields, "token": token})

    @contextmanager
    def borrowed(self, key: str) -> Iterator[Path]:
        path = self.root / key
        if not self.root.is_dir():
            raise StorageDownError("no folder")
        if not path.is_file():
            raise MissingFileError(key)
        yield path

    def put(self, key: str, path: Path, content_type: str) -> None:
        with _outages_told(), path.open("rb") as source:
            self.receive(key, source)

    def receive(self, key: str, source: IO[bytes]) -> None:
        """Whole or not at all: a half-written file is never seen under its key."""
        target = self.root / key
        with _outages_told():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}{formats.PART}")
            try:
                with part.open("wb") as sink:
                    while block := source.read(1 << 20):
                        sink.write(block)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)

    def remove(self, prefix: str) -> None:
        with _outages_told():
            place = self.root / prefix
            folder = place if prefix.endswith("/") else place.parent
            for file in place.glob("*") if folder == place else [place]:
                file.unlink(missing_ok=True)
            if folder.is_dir() and folder.parent != self.root and not any(folder.iterdir()):
                folder.rmdir()

    def keys(self, after: str, limit: int) -> list[str]:
        with _outages_told():
            files = (file for file in self.root.rglob("*") if file.is_file())
            known = sorted(file.relative_to(self.root).as_posix() for file in files)
        return [key for key in known if key > after][:limit]

    def address(self, key: str, content_type: str, disposition: str) -> str | None:
        return None

    def reach(self) -> None:
        with _outages_told():
            self.root.mkdir(parents=True, exist_ok=True)


@contextmanager
def _outages_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageDownError(type(error).__name__) from error


def posted_terms(token: str) -> dict[str, object] | None:
    """What a local address allows: key, type, most bytes. None when it ended or is forged."""
    try:
        terms = signing.loads(token, salt=POST_SALT, max_age=settings.MEDIA_POST_SECONDS)
    except signing.BadSignature:
        return None
    return dict(terms)
