"""S3 이벤트 트리거: what a message of the bucket's queue tells. Pure Python.

Versions of the event are never looked at: what is read here has been the same in all of them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

CREATED = "ObjectCreated:"
TEST = "s3:TestEvent"  # sent once, when the bucket is told of the queue


class ForeignMessageError(ValueError):
    """No event of a bucket, and it never will be."""


@dataclass(frozen=True)
class Arrival:
    """Bytes that came to lie in a bucket."""

    bucket: str
    key: str
    size: int | None
    etag: str


def arrivals(body: str) -> list[Arrival]:
    """None in a test event and in events of another kind. Raises ForeignMessageError."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ForeignMessageError("not JSON") from error
    if not isinstance(told, dict):
        raise ForeignMessageError("not an object")
    if told.get("Event") == TEST:
        return []
    records = told.get("Records")
    if not isinstance(records, list):
        raise ForeignMessageError("no records")
    return [_arrival(record) for record in records if _is_created(record)]


def _is_created(record: Any) -> bool:
    if not isinstance(record, dict):
        raise ForeignMessageError("a record is not an object")
    return str(record.get("eventName", "")).removeprefix("s3:").startswith(CREATED)


def _arrival(record: Mapping[str, Any]) -> Arrival:
    try:
        bucket, found = record["s3"]["bucket"]["name"], record["s3"]["object"]
        key, size, etag = found["key"], found.get("size"), found.get("eTag")
    except (AttributeError, KeyError, TypeError) as error:
        raise ForeignMessageError("a record without bucket and key") from error
    if not isinstance(bucket, str) or not isinstance(key, str):
        raise ForeignMessageError("a bucket or key that is no text")
    # Encoded as in a form, whether a "/" is encoded or not.
    return Arrival(bucket, unquote_plus(key), size if isinstance(size, int) else None, str(etag))
