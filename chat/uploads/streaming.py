"""Sending a stored file from the local folder, in part where a player asks for a part."""

import asyncio
import re
from collections.abc import AsyncIterator, Generator, Iterator
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from chat.models import Upload
from chat.uploads.storage import media

BLOCK = 256 * 1024
RANGE = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$")
R = TypeVar("R", bound=HttpResponseBase)


class UnmetRangeError(Exception):
    """The part asked for lies outside of the file."""


def serve(request: HttpRequest, key: str, content_type: str, disposition: str) -> HttpResponseBase:
    """The whole file, or the one part that is asked for."""
    with media().borrowed(key) as path:
        size = path.stat().st_size
        try:
            part = _part(request.headers.get("Range", ""), size)
        except UnmetRangeError:
            unmet = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            unmet["Content-Range"] = f"bytes */{size}"
            return private(unmet)
        first, last = part or (0, size - 1)
        response = StreamingHttpResponse(
            _blocks(request, path, first, last),
            content_type=content_type,
            status=HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK,
        )
    if part:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = disposition
    return private(response)


def private(response: R) -> R:
    """Kept by no cache, taken for nothing else than it is."""
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def disposition(upload: Upload, key: str) -> str:
    """Shown in the page; saved under the owner's name for it, with the ending it really has."""
    ending = PurePosixPath(key).suffix
    name = PurePosixPath(upload.name).stem or upload.kind
    return content_disposition_header(as_attachment=False, filename=f"{name}{ending}") or "inline"


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """First and last byte. None for the whole; several parts at once are not served as such."""
    found = RANGE.match(asked.replace(" ", ""))
    if not found or found.groups() == ("", ""):
        return None
    start, end = found.groups()
    if not start:
        first, last = max(0, size - int(end)), size - 1
    else:
        first, last = int(start), min(int(end or size), size - 1)
    if start and end and int(end) < first:
        return None
    if first >= size or last < first:
        raise UnmetRangeError
    return first, last


def _blocks(
    request: HttpRequest, path: Path, first: int, last: int
) -> Iterator[bytes] | AsyncIterator[bytes]:
    """Under ASGI an asynchronous iterator: Django reads any other into memory first.

    The file is opened when the first block is asked for, so that nothing stays open otherwise.
    """
    blocks = _read(path, first, last - first + 1)
    return _in_turn(blocks) if hasattr(request, "scope") else blocks


def _read(path: Path, first: int, left: int) -> Generator[bytes, None, None]:
    with path.open("rb") as file:
        file.seek(first)
        while left > 0 and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block


async def _in_turn(blocks: Generator[bytes, None, None]) -> AsyncIterator[bytes]:
    try:
        while (block := await asyncio.to_thread(next, blocks, None)) is not None:
            yield block
    finally:
        blocks.close()
