"""A bucket on a server that speaks S3 on this machine, and S3's own judgement of a posted form."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from drmaum import media_settings

BUCKET, REGION, SECRET = "drmaum-media", "ap-northeast-2", "secret"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def in_bucket(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """Switch to a bucket, at an address of our own or at Amazon's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)

    def switched(endpoint: str = "", **config: Any) -> None:
        monkeypatch.setattr(media_settings, "MEDIA_BUCKET", BUCKET)
        monkeypatch.setattr(media_settings, "MEDIA_ENDPOINT", endpoint)
        entry = media_settings.storage()
        settings.MEDIA_BUCKET = BUCKET
        settings.STORAGES = {**settings.STORAGES, "default": entry}

    return switched


@pytest.fixture
def s3(in_bucket: Any, s3_server: str) -> Iterator[Any]:
    """The client of a fresh bucket that keeps versions."""
    in_bucket(s3_server)
    client = default_storage.connection.meta.client
    place = {"LocationConstraint": REGION}
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    yield client
    for one in versions(client):
        client.delete_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"])
    client.delete_bucket(Bucket=BUCKET)


def versions(client: Any) -> list[dict[str, Any]]:
    """Everything that the bucket holds, old versions and marks of deletion too."""
    found = client.list_object_versions(Bucket=BUCKET)
    return [*found.get("Versions", []), *found.get("DeleteMarkers", [])]


def keys(client: Any) -> set[str]:
    return {one["Key"] for one in versions(client)}


def judge(form: dict[str, str], size: int, *, bucket: str = BUCKET) -> str:
    """What S3 says to a posted form: "" or its error. The server of the tests enforces nothing."""
    policy = json.loads(base64.b64decode(form["policy"]))
    key = f"AWS4{SECRET}".encode()
    for part in form["x-amz-credential"].split("/")[1:]:
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    signed = hmac.new(key, form["policy"].encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signed, form["x-amz-signature"]):
        return "SignatureDoesNotMatch"
    if datetime.fromisoformat(policy["expiration"]) < timezone.now():
        return "ExpiredToken"
    given = {"bucket": bucket, **{name.lower(): value for name, value in form.items()}}
    return _unmet(policy["conditions"], given, size)


def _unmet(conditions: list[Any], given: dict[str, str], size: int) -> str:
    told = {"policy", "x-amz-signature", "file"}
    for condition in conditions:
        if isinstance(condition, dict):
            condition = ["eq", *next((f"${name}", value) for name, value in condition.items())]
        if condition[0] == "content-length-range":
            if not condition[1] <= size <= condition[2]:
                return "EntityTooLarge" if size > condition[2] else "EntityTooSmall"
            continue
        how, name, value = condition
        name = name.lstrip("$").lower()
        told.add(name)
        found = given.get(name, "")
        if not (found.startswith(value) if how == "starts-with" else found == value):
            return "AccessDenied"
    return "AccessDenied" if set(given) - told else ""
