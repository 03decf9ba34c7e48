"""Asking for a place, posting to it, confirming: one file, its type and size, ten minutes."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from chat import services, tasks
from chat.models import Upload
from chat.tests.files import picture
from chat.tests.uploading import UPLOADS, asked_for, post_file


def assert_refused(answer, status: int, code: str, message: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"] == message


def later(**much):
    return time_machine.travel(timezone.now() + timedelta(**much))


def test_an_upload_is_promised_with_an_address_and_its_fields(api, consultation):
    answer = api.post(UPLOADS, asked_for(consultation, body_part="eye"))

    assert answer.status_code == 201
    row = Upload.objects.get()
    assert (row.status, row.kind, row.body_part) == ("asked", "photo", "eye")
    body = answer.json()
    assert (body["id"], body["status"]) == (str(row.pk), "asked")
    assert body["post"]["url"] == f"/api/v1/uploads/{row.pk}/file"
    assert body["post"]["expires_in"] == 600
    assert {"key", "Content-Type", "token"} == set(body["post"]["fields"])


def test_the_place_of_the_bytes_tells_nothing_of_the_owner(ask):
    ask(name="보리 눈.jpg")

    row = Upload.objects.get()
    assert row.key == f"incoming/{row.pk}"
    assert row.name == "보리 눈.jpg"


def test_what_was_posted_and_confirmed_waits_for_its_check(
    api, ask, checks, django_capture_on_commit_callbacks
):
    body = picture()
    asked = ask(size=len(body))
    assert post_file(asked, body).status_code == 204
    with django_capture_on_commit_callbacks(execute=True):
        answer = api.post(f"{UPLOADS}/{asked['id']}/confirm")

    assert (answer.status_code, answer.json()["status"]) == (202, "checking")
    assert answer.json()["url"] is None
    assert checks == [asked["id"]]


def test_a_second_confirmation_changes_nothing(
    api, ask, checks, django_capture_on_commit_callbacks
):
    asked = ask()
    with django_capture_on_commit_callbacks(execute=True):
        answers = [api.post(f"{UPLOADS}/{asked['id']}/confirm") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[1].json()["status"] == "checking"
    assert len(checks) == 1


def test_a_confirmation_that_the_queue_did_not_take_is_swept(
    api, ask, monkeypatch, checks, django_capture_on_commit_callbacks
):
    from kombu.exceptions import OperationalError

    def away(_id):
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(tasks.check_upload, "delay", away)
        asked = ask()
        with django_capture_on_commit_callbacks(execute=True):
            assert api.post(f"{UPLOADS}/{asked['id']}/confirm").status_code == 202
    assert tasks.sweep_uploads() == 0
    Upload.objects.update(enqueued_at=timezone.now() - timedelta(seconds=30))

    assert tasks.sweep_uploads() == 1
    assert checks == [asked["id"]]
    assert tasks.sweep_uploads() == 0


@pytest.mark.parametrize(
    ("change", "status", "code", "message"),
    [
        ({"size": 20 * 1024 * 1024 + 1}, 413, "file_too_large", "파일이 너무 커요."),
        ({"size": 0}, 400, "file_empty", "빈 파일은 올릴 수 없어요."),
        ({"content_type": "image/svg+xml"}, 415, "file_unsupported", None),
        ({"content_type": "text/html"}, 415, "file_unsupported", None),
        ({"content_type": "audio/wav"}, 415, "file_unsupported", None),
        ({"content_type": "", "name": "보리.svg"}, 415, "file_unsupported", None),
    ],
)
def test_what_cannot_be_taken_is_refused_before_it_is_sent(
    api, consultation, change, status, code, message
):
    answer = api.post(UPLOADS, asked_for(consultation, **change))

    unsupported = (
        "지원하지 않는 파일이에요. 사진은 JPG·PNG·WebP·HEIC, 음성은 M4A·MP3·WAV만 올릴 수 있어요."
    )
    assert_refused(answer, status, code, message or unsupported)
    assert not Upload.objects.exists()


def test_twenty_megabytes_of_a_photo_and_two_hundred_of_a_recording_may_be_asked(ask):
    ask(size=20 * 1024 * 1024)
    ask("m4a", size=200 * 1024 * 1024)


def test_a_type_that_the_client_does_not_know_is_told_by_the_ending(ask):
    assert ask("heic", content_type="")["post"]["fields"]["Content-Type"] == "image/heic"


def test_parameters_of_a_type_are_dropped(ask):
    asked = ask("webm", content_type="audio/webm;codecs=opus")

    assert asked["post"]["fields"]["Content-Type"] == "audio/webm"


def test_an_unknown_kind_is_named(api, consultation):
    answer = api.post(UPLOADS, asked_for(consultation, kind="video"))

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert list(answer.json()["fields"]) == ["kind"]


def test_a_foreign_consultation_takes_no_file(api, foreign):
    answer = api.post(UPLOADS, asked_for(foreign))

    assert_refused(answer, 404, "not_found", "찾을 수 없어요.")


def test_an_ended_consultation_takes_no_file(api, consultation):
    services.end_consultation(consultation=consultation, ending="owner")

    answer = api.post(UPLOADS, asked_for(consultation))
    assert (answer.status_code, answer.json()["code"]) == (409, "consultation_ended")


def test_who_is_not_signed_in_asks_for_nothing(consultation):
    answer = APIClient().post(UPLOADS, asked_for(consultation))

    assert_refused(answer, 401, "not_authenticated", "로그인이 필요해요.")


def test_an_address_ends_after_ten_minutes(ask):
    asked = ask()
    with later(seconds=601):
        answer = post_file(asked, b"x")

    assert_refused(answer, 403, "address_ended", "주소가 만료됐어요. 다시 시도해 주세요.")


def test_an_address_is_for_one_upload_only(ask):
    one, other = ask(), ask()
    foreign_token = post_file(one, b"x", token=other["post"]["fields"]["token"])
    foreign_key = post_file(one, b"x", key=other["post"]["fields"]["key"])
    elsewhere = post_file({"post": one["post"] | {"url": other["post"]["url"]}}, b"x")

    for answer in (foreign_token, foreign_key, elsewhere):
        assert (answer.status_code, answer.json()["code"]) == (403, "address_ended")


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "가"])
def test_a_made_up_token_lets_nothing_in(ask, token):
    answer = post_file(ask(), b"x", token=token)

    assert (answer.status_code, answer.json()["code"]) == (403, "address_ended")


def test_another_type_than_promised_is_refused(ask):
    answer = post_file(ask(), b"x", **{"Content-Type": "text/html"})

    assert (answer.status_code, answer.json()["code"]) == (415, "file_unsupported")


def test_one_byte_more_than_promised_is_refused(ask, settings):
    asked = ask(size=10)

    answer = post_file(asked, b"x" * 11)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert not (settings.MEDIA_ROOT / f"incoming/{asked['id']}").exists()
    assert post_file(asked, b"x" * 10).status_code == 204


def test_an_empty_file_is_refused(ask):
    answer = post_file(ask(), b"")

    assert (answer.status_code, answer.json()["code"]) == (400, "file_empty")


def test_nothing_is_replaced_once_it_is_confirmed(api, ask, checks, settings):
    asked = ask()
    assert post_file(asked, b"first").status_code == 204
    api.post(f"{UPLOADS}/{asked['id']}/confirm")

    answer = post_file(asked, b"other")
    assert_refused(answer, 409, "upload_closed", "이미 다 올린 파일이에요. 새로 올려 주세요.")
    assert (settings.MEDIA_ROOT / f"incoming/{asked['id']}").read_bytes() == b"first"


def test_a_full_or_broken_disk_is_told_and_may_be_tried_again(ask, settings, tmp_path):
    asked = ask()
    good = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = tmp_path / "blocked"
    settings.MEDIA_ROOT.write_bytes(b"not a folder")
    answer = post_file(asked, b"x")

    sentence = "파일을 저장하지 못했어요. 잠시 뒤에 다시 올려 주세요."
    assert_refused(answer, 503, "storage_unavailable", sentence)
    settings.MEDIA_ROOT = good
    assert post_file(asked, b"x").status_code == 204


def test_uploads_of_others_are_not_found(api, sign_in, stranger, ask):
    where = f"{UPLOADS}/{ask()['id']}"
    other = sign_in(stranger)

    answers = [
        other.get(where),
        other.delete(where),
        other.post(f"{where}/confirm"),
        other.post(f"{where}/keep", {"is_kept": True}),
        api.get(f"{UPLOADS}/{uuid4()}"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert Upload.objects.get().status == "asked"


def test_the_list_of_a_consultation_holds_its_own_uploads_only(
    api, sign_in, owner, cat, stranger, consultation, ask
):
    first, second = ask(), ask("wav")
    elsewhere = services.open_consultation(owner=owner, pet=cat)
    address = f"/api/v1/consultations/{consultation.pk}/uploads"

    listed = api.get(address).json()["results"]
    assert [one["id"] for one in listed] == [first["id"], second["id"]]
    assert api.get(address.replace(str(consultation.pk), str(elsewhere.pk))).json()["results"] == []
    assert sign_in(stranger).get(address).status_code == 404


def test_the_hundred_and_twenty_first_call_of_a_minute_has_to_wait(api, consultation):
    body = asked_for(consultation, size=0)
    answers = [api.post(UPLOADS, body) for _ in range(121)]

    assert {answer.status_code for answer in answers[:120]} == {400}
    assert answers[120].status_code == 429
    assert answers[120].json()["code"] == "too_many_requests"
