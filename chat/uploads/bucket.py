"""The gateway to the S3 bucket, beside what django-storages does."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.storage import default_storage

from chat.models import Upload
from chat.uploads.storage import MissingFileError, PostForm, StorageDownError

MISSING = {"404", "NoSuchKey", "NotFound"}
A_PAGE = 1000
A_BLOCK = 1 << 20


class Bucket:
    def post_form(self, upload: Upload) -> PostForm:
        fields = {"Content-Type": upload.content_type}
        conditions: list[Any] = [fields, ["content-length-range", 1, upload.size]]
        form = self._client.generate_presigned_post(
            self._name,
            upload.key,
            Fields=dict(fields),
            Conditions=conditions,
            ExpiresIn=settings.MEDIA_POST_SECONDS,
        )
        return PostForm(form["url"], form["fields"])

    @contextmanager
    def borrowed(self, key: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="upload-") as folder:
            path = Path(folder) / "file"
            with _outages_told(key), path.open("wb") as sink:
                found = self._client.get_object(Bucket=self._name, Key=key)
                for block in found["Body"].iter_chunks(A_BLOCK):
                    sink.write(block)
            yield path

    def put(self, key: str, path: Path, content_type: str) -> None:
        with _outages_told(key), path.open("rb") as source:
            self._client.put_object(
                Bucket=self._name,
                Key=key,
                Body=source,
                ContentType=content_type,
                CacheControl="private, no-store",
            )

    def remove(self, prefix: str) -> None:
        with _outages_told(prefix):
            pages = self._client.get_paginator("list_object_versions")
            for page in pages.paginate(Bucket=self._name, Prefix=prefix):
                found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                if found:
                    self._delete(found)

    def _delete(self, found: list[dict[str, Any]]) -> None:
        objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
        told = self._client.delete_objects(
            Bucket=self._name, Delete={"Objects": objects, "Quiet": True}
        )
        if told.get("Errors"):
            raise StorageDownError(told["Errors"][0].get("Code", "delete"))

    def keys(self, after: str, limit: int) -> list[str]:
        with _outages_told(after):
            page = self._client.list_objects_v2(
                Bucket=self._name, StartAfter=after, MaxKeys=min(limit, A_PAGE)
            )
        return [one["Key"] for one in page.get("Contents", [])]

    def address(self, key: str, content_type: str, disposition: str) -> str | None:
        asked = {
            "Bucket": self._name,
            "Key": key,
            "ResponseContentType": content_type,
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": "private, no-store",
        }
        address: str = self._client.generate_presigned_url(
            "get_object", Params=asked, ExpiresIn=settings.MEDIA_ADDRESS_SECONDS
        )
        return address

    def reach(self) -> None:
        with _outages_told(""):
            self._client.head_bucket(Bucket=self._name)

    @property
    def _name(self) -> str:
        return str(settings.MEDIA_BUCKET)

    @property
    def _client(self) -> Any:
        """django-storages keeps one a thread."""
        return default_storage.connection.meta.client  # type: ignore[attr-defined]


@contextmanager
def _outages_told(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in MISSING:
            raise MissingFileError(key) from error
        raise StorageDownError(code) from error
    except (BotoCoreError, OSError) as error:
        raise StorageDownError(type(error).__name__) from error
