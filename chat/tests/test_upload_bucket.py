"""Uploads in an S3 bucket: what may be posted, where it goes, what an outage does."""

import base64
import json
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from chat import tasks
from chat.models import Upload
from chat.tests.bucket import BUCKET, judge, keys
from chat.tests.files import picture, recording
from chat.tests.uploading import UPLOADS, post_file
from chat.uploads import addresses

DEAD = "http://127.0.0.1:9"  # discard: nobody listens


def sent(form: dict, body: bytes) -> int:
    """Post as a browser does, the file last."""
    edge = "----edge"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in form["fields"].items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="blob"\r\n\r\n'
    whole = b"".join(parts) + head.encode() + body + f"\r\n--{edge}--\r\n".encode()
    url = urlsplit(form["url"])
    connection = HTTPConnection(url.netloc)
    headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    connection.request("POST", url.path, whole, headers)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.fixture
def put(api, ask, checks, monkeypatch):
    """Asked, posted to the bucket and confirmed."""
    monkeypatch.setattr("chat.signals.audio_uploaded.receivers", [])

    def done(body: bytes, ending: str = "jpg") -> Upload:
        asked = ask(ending, size=len(body))
        assert sent(asked["post"], body) == 204
        assert api.post(f"{UPLOADS}/{asked['id']}/confirm").status_code == 202
        return Upload.objects.get(pk=asked["id"])

    return done


def test_the_address_is_the_regional_one_for_ten_minutes(in_bucket, ask):
    in_bucket()
    post = ask()["post"]

    assert post["url"] == f"https://{BUCKET}.s3.ap-northeast-2.amazonaws.com/"
    policy = json.loads(base64.b64decode(post["fields"]["policy"]))
    lasts = timezone.datetime.fromisoformat(policy["expiration"]) - timezone.now()
    assert timedelta(seconds=590) < lasts <= timedelta(seconds=600)


def test_the_policy_lets_the_promised_file_in_and_nothing_else(in_bucket, ask):
    in_bucket()
    form = ask(size=1000)["post"]["fields"]

    assert judge(form, 1000) == ""
    assert judge(form, 1001) == "EntityTooLarge"
    assert judge(form, 0) == "EntityTooSmall"
    assert judge(form | {"key": "photo/other/full.jpg"}, 10) == "AccessDenied"
    assert judge(form | {"Content-Type": "text/html"}, 10) == "AccessDenied"
    assert judge(form | {"acl": "public-read"}, 10) == "AccessDenied"
    assert judge(form | {"x-amz-signature": "0" * 64}, 10) == "SignatureDoesNotMatch"
    assert judge(form, 10, bucket="another") == "AccessDenied"
    forged = json.loads(base64.b64decode(form["policy"]))
    forged["conditions"] = []
    policy = base64.b64encode(json.dumps(forged).encode()).decode()
    assert judge(form | {"policy": policy}, 10) == "SignatureDoesNotMatch"
    with time_machine.travel(timezone.now() + timedelta(seconds=601)):
        assert judge(form, 10) == "ExpiredToken"


def test_the_largest_photo_is_the_policy_s_bound_too(in_bucket, ask):
    in_bucket()
    largest = 20 * 1024 * 1024

    assert judge(ask(size=largest)["post"]["fields"], largest + 1) == "EntityTooLarge"


def test_with_a_bucket_nothing_is_posted_to_the_product(s3, ask):
    asked = ask()
    here = asked["post"] | {"url": f"{UPLOADS}/{asked['id']}/file"}
    answer = post_file({"post": here}, b"x")

    assert (answer.status_code, answer.json()["code"]) == (403, "address_ended")
    assert keys(s3) == set()


def test_a_photo_goes_through_the_bucket(s3, put):
    found = put(picture())
    assert keys(s3) == {f"incoming/{found.pk}"}
    tasks.check_upload(str(found.pk))

    found.refresh_from_db()
    assert (found.status, found.facts["width"]) == ("ready", 640)
    assert keys(s3) == {f"photo/{found.pk}/full.jpg", f"photo/{found.pk}/thumb.webp"}
    head = s3.head_object(Bucket=BUCKET, Key=found.key)
    assert (head["ContentType"], head["CacheControl"]) == ("image/jpeg", "private, no-store")


def test_a_recording_goes_through_the_bucket(s3, put):
    body = recording(2, "m4a")
    found = put(body, "m4a")
    tasks.check_upload(str(found.pk))

    found.refresh_from_db()
    assert found.facts["seconds"] == pytest.approx(2, abs=0.15)
    assert s3.get_object(Bucket=BUCKET, Key=found.key)["Body"].read() == body
    assert keys(s3) == {f"audio/{found.pk}/full.m4a"}


def test_what_is_posted_after_the_check_changes_nothing(s3, api, ask, checks):
    body = picture()
    asked = ask(size=len(body))
    sent(asked["post"], body)
    api.post(f"{UPLOADS}/{asked['id']}/confirm")
    tasks.check_upload(asked["id"])
    before = s3.get_object(Bucket=BUCKET, Key=Upload.objects.get().key)["Body"].read()
    assert sent(asked["post"], b"<html>") == 204

    assert s3.get_object(Bucket=BUCKET, Key=Upload.objects.get().key)["Body"].read() == before
    assert tasks.remove_orphan_files() == 1
    assert f"incoming/{asked['id']}" not in keys(s3)


def test_a_reader_is_sent_to_the_bucket_for_five_minutes(s3, put):
    found = put(recording(1), "wav")
    tasks.check_upload(str(found.pk))
    found.refresh_from_db()
    answer = APIClient().get(addresses.address_of(found))

    assert (answer.status_code, answer["Cache-Control"]) == (302, "private, no-store")
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert query["X-Amz-Expires"] == ["300"]
    assert query["response-content-type"] == ["audio/wav"]
    assert query["response-content-disposition"][0].startswith("inline")
    assert found.key in answer["Location"]


def test_a_removal_reaches_every_version(s3, api, put):
    found = put(picture())
    tasks.check_upload(str(found.pk))
    found.refresh_from_db()
    s3.put_object(Bucket=BUCKET, Key=found.key, Body=b"second version")
    s3.delete_object(Bucket=BUCKET, Key=found.key)
    api.delete(f"{UPLOADS}/{found.pk}")

    assert tasks.remove_due_files() == 1
    assert keys(s3) == set()


def test_bytes_go_with_the_rows(s3, put, consultation):
    found = put(picture())
    tasks.check_upload(str(found.pk))
    s3.put_object(Bucket=BUCKET, Key="transcripts/other.json", Body=b"{}")
    consultation.delete()

    assert tasks.remove_orphan_files() == 2
    assert keys(s3) == {"transcripts/other.json"}


def test_what_never_arrived_is_refused(s3, api, ask, checks):
    asked = ask()
    api.post(f"{UPLOADS}/{asked['id']}/confirm")
    tasks.check_upload(asked["id"])

    told = api.get(f"{UPLOADS}/{asked['id']}").json()
    assert (told["status"], told["refusal"]) == ("refused", "file_missing")
    assert told["message"] == "파일이 도착하지 않았어요. 다시 올려 주세요."


def test_an_outage_is_waited_out_and_leaves_nothing_behind(
    s3,
    s3_server,
    in_bucket,
    api,
    put,
    checks,
):
    found = put(picture())
    in_bucket(DEAD)
    for _ in range(4):
        tasks.check_upload(str(found.pk))
        checks.clear()
        assert tasks.sweep_uploads() == 1
    told = api.get(f"{UPLOADS}/{found.pk}").json()
    assert (told["status"], told["url"]) == ("checking", None)
    assert told["message"] == "파일 확인이 늦어지고 있어요. 자동으로 다시 시도할게요."

    in_bucket(s3_server)
    tasks.check_upload(checks[0])
    found.refresh_from_db()
    assert (found.status, found.attempts) == ("ready", 0)
    assert api.get(f"{UPLOADS}/{found.pk}").json()["message"] == ""
    assert keys(s3) == {f"photo/{found.pk}/full.jpg", f"photo/{found.pk}/thumb.webp"}


def test_an_outage_in_the_middle_leaves_no_orphan(s3, api, put, monkeypatch):
    from chat.uploads.bucket import Bucket
    from chat.uploads.storage import StorageDownError

    found = put(picture())
    true_put = Bucket.put

    def half(self, key, *rest):
        if key.endswith("full.jpg"):
            raise StorageDownError("away")
        true_put(self, key, *rest)

    with monkeypatch.context() as outage:
        outage.setattr(Bucket, "put", half)
        tasks.check_upload(str(found.pk))
    assert f"photo/{found.pk}/thumb.webp" in keys(s3)
    found.refresh_from_db()
    assert found.status == "checking"
    api.delete(f"{UPLOADS}/{found.pk}")
    tasks.remove_due_files()

    assert keys(s3) == set()
