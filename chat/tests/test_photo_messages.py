"""Photos in a message: up to six, checked, of the same consultation, in the order given."""

from uuid import uuid4

import pytest

from chat import services
from chat.models import Event, Message, Upload
from chat.uploads import formats

SEND = "/api/v1/chat/send"


@pytest.fixture
def photo(owner, consultation):
    """A photo as it is after its check."""

    def made(**change) -> Upload:
        number = uuid4()
        facts = {
            "id": number,
            "owner": owner,
            "consultation": consultation,
            "kind": "photo",
            "status": "ready",
            "key": formats.checked_key("photo", number, "jpg"),
            "content_type": "image/jpeg",
        }
        return Upload.objects.create(**facts | change)

    return made


@pytest.fixture
def send(api, consultation, enqueued):
    def sent(photos, text="눈이 빨개요", **more):
        ids = [str(getattr(one, "pk", one)) for one in photos]
        body = {"consultation": str(consultation.pk), "text": text, "photos": ids, **more}
        return api.post(SEND, body)

    return sent


def assert_unusable(answer) -> None:
    assert (answer.status_code, answer.json()["code"]) == (422, "photo_unusable")
    assert answer.json()["message"] == "보낼 수 없는 사진이 있어요. 사진을 다시 올려 주세요."
    assert not Message.objects.exists()
    assert not Event.objects.exists()


def test_photos_are_in_the_message_and_in_its_event(api, consultation, photo, send):
    second, first = photo(), photo()
    answer = send([first, second])

    assert answer.status_code == 200
    ids = [str(first.pk), str(second.pk)]
    assert Event.objects.get(kind="message").payload["message"]["photos"] == ids
    assert sorted(answer.json()["message"]["photos"]) == sorted(ids)
    listed = api.get(f"/api/v1/consultations/{consultation.pk}/messages").json()["results"]
    assert sorted(listed[0]["photos"]) == sorted(ids)
    uploads = api.get(f"/api/v1/consultations/{consultation.pk}/uploads").json()["results"]
    assert {one["sent_with"] for one in uploads} == {answer.json()["message"]["id"]}
    assert {one["removes_at"] for one in uploads} == {None}


def test_a_message_without_photos_names_none(send):
    send([])

    assert "photos" not in Event.objects.get(kind="message").payload["message"]


def test_six_are_taken_and_seven_are_not(photo, send):
    seven = [photo() for _ in range(7)]
    answer = send(seven)

    assert (answer.status_code, answer.json()["code"]) == (400, "too_many_photos")
    assert answer.json()["message"] == "사진은 한 번에 6장까지 보낼 수 있어요."
    assert not Message.objects.exists()
    assert send(seven[:6]).status_code == 200


def test_the_same_photo_twice_is_one(photo, send):
    one = photo()
    send([one, one])

    assert Event.objects.get(kind="message").payload["message"]["photos"] == [str(one.pk)]


@pytest.mark.parametrize("status", ["asked", "checking", "refused", "removed"])
def test_only_checked_photos_can_be_sent(photo, send, status):
    assert_unusable(send([photo(), photo(status=status)]))
    assert not Upload.objects.exclude(message=None).exists()


def test_a_recording_is_no_photo(photo, send):
    assert_unusable(send([photo(kind="audio")]))


def test_an_unknown_photo_cannot_be_sent(send):
    assert_unusable(send([uuid4()]))


def test_a_photo_of_another_consultation_cannot_be_sent(owner, cat, photo, send):
    other = services.open_consultation(owner=owner, pet=cat)

    assert_unusable(send([photo(consultation=other)]))


def test_a_stranger_s_photo_cannot_be_sent(stranger, foreign, photo, send):
    assert_unusable(send([photo(owner=stranger, consultation=foreign)]))


def test_a_photo_is_sent_once(photo, send):
    one = photo()
    send([one])
    answer = send([one])

    assert (answer.status_code, answer.json()["code"]) == (422, "photo_unusable")
    assert Message.objects.count() == 1


def test_a_retry_with_the_same_key_returns_the_first_message(photo, send):
    one = photo()
    first = send([one], idempotency_key="0123456789")
    again = send([one], idempotency_key="0123456789")
    other = send([photo()], idempotency_key="0123456789")

    assert again.json()["message"]["id"] == first.json()["message"]["id"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_new_wording_takes_the_photos_along_and_more(photo, send):
    old, new = photo(), photo()
    first = send([old]).json()["message"]["id"]
    answer = send([new], text="눈이 아주 빨개요", revises=first)

    newest = Event.objects.filter(kind="message").last().payload["message"]
    assert newest["photos"] == [str(old.pk), str(new.pk)]
    assert sorted(answer.json()["message"]["photos"]) == sorted(newest["photos"])


def test_words_are_still_needed(photo, send):
    answer = send([photo()], text="")

    assert (answer.status_code, answer.json()["code"]) == (400, "message_empty")
