"""What lies in the bucket is encrypted, and only a signed address of short life opens it."""

from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from chat.tests.bucket import BUCKET
from chat.uploads.bucket import Bucket

AES = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"


@pytest.fixture
def key(s3: Any) -> str:
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [AES]})
    return default_storage.save("audio/1/콩이.m4a", ContentFile(b"heard"))


def test_what_is_stored_is_encrypted_as_the_bucket_says(s3: Any, key: str) -> None:
    assert s3.head_object(Bucket=BUCKET, Key=key)["ServerSideEncryption"] == "AES256"


def test_nothing_is_shared_with_everybody(s3: Any, key: str) -> None:
    grants = s3.get_object_acl(Bucket=BUCKET, Key=key)["Grants"]
    assert EVERYBODY not in [grant["Grantee"].get("URI") for grant in grants]


def test_only_a_signed_address_opens_it_and_not_for_long(key: str, settings: Any) -> None:
    address = Bucket().address(key, "audio/mp4", "inline")
    assert address is not None

    with urlopen(address) as answer:
        assert answer.read() == b"heard"
        assert answer.headers["Cache-Control"] == "private, no-store"
    with pytest.raises(HTTPError) as refused:
        urlopen(address.partition("?")[0])

    assert refused.value.code == 403
    refused.value.close()
    lives = parse_qs(urlsplit(address).query)["X-Amz-Expires"]
    assert lives == [str(settings.MEDIA_ADDRESS_SECONDS)]
