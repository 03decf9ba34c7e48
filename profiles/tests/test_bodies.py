"""Bodies that are too big, too deep, broken or of another kind: one error shape, no harm."""

import json

import pytest
from django.core import mail

from profiles.models import Pet, User

pytestmark = pytest.mark.django_db
SIGN_UP, PETS = "/api/v1/auth/signup", "/api/v1/pets"
TWO_MEGABYTES = 2 * 1024 * 1024
DEEP = 100_000


@pytest.fixture(params=["sign-up", "pets"])
def send(request, db):
    """Post raw bytes, once to an open endpoint and once to one behind a sign-in."""
    is_open = request.param == "sign-up"
    client = request.getfixturevalue("nobody" if is_open else "api")
    client.raise_request_exception = False
    url, users = SIGN_UP if is_open else PETS, User.objects.count()
    yield lambda body, kind="application/json": client.post(url, body, content_type=kind)
    assert User.objects.count() == users
    assert not Pet.objects.exists()
    assert mail.outbox == []


def test_a_body_of_two_megabytes_is_too_large(send, refused):
    body = json.dumps({"name": "a" * TWO_MEGABYTES, "species": "dog"})

    answer = send(body.encode())

    assert refused(answer, 413, "too_large")["message"] == "보내신 내용이 너무 커요."


def test_a_large_body_without_any_json_is_too_large_as_well(send, refused):
    refused(send(b" " * TWO_MEGABYTES), 413, "too_large")


def test_the_limit_is_exact(send, refused, settings):
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    refused(send(b" " * (limit + 1)), 413, "too_large")
    refused(send(b" " * limit), 400, "parse_error")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": "a", }',
        b"name=a",
        b"\xff\xfe\x00",
        b'{"name": "\xed\xa0\x80"}',
        b'{"weight_kg": NaN}',
        b'{"weight_kg": -Infinity}',
        b'{"weight_kg": ' + b"9" * 5000 + b"}",
        b'{"name": "a"} {"name": "b"}',
        b"\x00",
        b" ",
    ],
)
def test_broken_json_is_a_parse_error(send, refused, body):
    answer = send(body)

    message = refused(answer, 400, "parse_error")["message"]
    assert message == "요청 내용을 읽을 수 없어요. JSON 형식을 확인해 주세요."


@pytest.mark.parametrize("body", [b"[]", b'[{"name": "a"}]', b'"text"', b"7", b"null", b"true"])
def test_json_that_is_no_object_is_a_parse_error(send, refused, body):
    refused(send(body), 400, "parse_error")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * DEEP + b"]" * DEEP,
        b'{"a":' * (DEEP // 2) + b"1" + b"}" * (DEEP // 2),
        b'{"name":' + b"[" * DEEP + b"]" * DEEP + b"}",
        b"[" * DEEP,
    ],
    ids=["lists", "objects", "in-a-field", "never-closed"],
)
def test_json_of_a_hundred_thousand_floors_is_a_parse_error(send, refused, body):
    refused(send(body), 400, "parse_error")


@pytest.mark.parametrize("depth", [50, 200, 400, 800])
def test_json_that_is_only_rather_deep_is_refused_too(send, depth):
    answer = send(b'{"name":' + b"[" * depth + b"]" * depth + b"}")

    assert answer.status_code == 400
    assert answer.json()["code"] in ("invalid_input", "parse_error")


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "nonsense",
    ],
)
def test_another_content_type_is_unsupported(send, refused, kind):
    answer = send(b'{"name": "a", "species": "dog"}', kind)

    assert refused(answer, 415, "unsupported_media_type")["message"] == "JSON 형식으로 보내 주세요."


@pytest.mark.parametrize("charset", ["nonsense", "rot13", "base64", "utf-7", ""])
def test_an_odd_charset_is_no_server_error(send, charset):
    answer = send(b"{}", f"application/json; charset={charset}")

    assert answer.status_code in (400, 415)
    assert set(answer.json()) >= {"code", "message"}


def test_an_empty_body_names_what_is_missing(nobody, refused):
    answer = nobody.post(SIGN_UP, b"", content_type="application/json")

    refused(answer, 400, "invalid_input", "email", "password", "consents")


def test_large_and_broken_bodies_of_strangers_are_not_read_before_the_sign_in(nobody, refused):
    answer = nobody.post(PETS, b"[" * DEEP, content_type="application/json")

    refused(answer, 401, "not_authenticated")


def test_an_unknown_address_of_the_api_has_the_error_shape(nobody, refused):
    refused(nobody.get("/api/v1/nothing"), 404, "not_found")


def test_a_wrong_method_has_the_error_shape(nobody, refused):
    refused(nobody.get(SIGN_UP), 405, "method_not_allowed")


def test_an_answer_that_is_not_json_is_not_to_be_had(api, refused):
    refused(api.get("/api/v1/me", HTTP_ACCEPT="text/csv"), 406, "not_acceptable")
