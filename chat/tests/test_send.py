"""POST /api/v1/chat/send: accepted means kept, and a retry changes nothing."""

from uuid import uuid4

import pytest
from django.test import Client
from rest_framework.test import APIClient

from chat import services
from chat.models import Consultation, Event, Message
from inference.models import InferenceJob

SEND = "/api/v1/chat/send"
KEY = "0123456789"


def send(api: APIClient, consultation: Consultation, text: str, **more: str) -> object:
    body = {"consultation": str(consultation.pk), "text": text, **more}
    return api.post(SEND, body)


def send_raw(api: APIClient, body: str) -> object:
    """A body that no JSON encoder of ours would write."""
    return api.post(SEND, body, content_type="application/json")


def assert_refused(answer, status: int, code: str, message: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"] == message
    assert not Message.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_message_events_and_job_are_stored_together(api, consultation, enqueued):
    answer = send(api, consultation, "강아지가 포도를 먹었어요")

    assert answer.status_code == 200
    assert answer.json()["status"] == "답변을 준비하고 있어요"
    message = Message.objects.get()
    kinds = list(Event.objects.order_by("seq").values_list("seq", "kind"))
    assert kinds == [(1, "message"), (2, "triage")]
    assert InferenceJob.objects.get().message == message
    assert enqueued == [str(message.jobs.get().pk)]


@pytest.mark.django_db(transaction=True)
def test_the_same_key_returns_the_first_message(api, consultation, enqueued):
    first = send(api, consultation, "토했어요", idempotency_key=KEY)
    again = send(api, consultation, "토했어요", idempotency_key=KEY)

    assert first.json()["message"]["id"] == again.json()["message"]["id"]
    assert Message.objects.count() == 1
    assert len(enqueued) == 1


@pytest.mark.parametrize("text", ["", " \n\t ", "\u3000\u00a0", "\u200b\ufeff"])
def test_a_message_without_words_is_refused(api, consultation, text):
    answer = send(api, consultation, text)

    assert_refused(answer, 400, "message_empty", "내용을 입력해 주세요.")


def test_four_thousand_characters_are_kept_whole(api, consultation, enqueued):
    answer = send(api, consultation, "가" * 4000)

    assert answer.status_code == 200
    assert Message.objects.get().text == "가" * 4000


def test_one_character_more_is_refused(api, consultation):
    answer = send(api, consultation, "가" * 4001)

    assert_refused(answer, 400, "message_too_long", "메시지는 4,000자까지 보낼 수 있어요.")


@pytest.mark.parametrize("sign", ["\\u0000", "\\ud83d", "\\udc36"])
def test_signs_that_no_database_keeps_are_refused(api, consultation, sign):
    answer = send_raw(api, f'{{"consultation": "{consultation.pk}", "text": "토{sign}했어요"}}')

    assert_refused(answer, 400, "invalid_input", "읽을 수 없는 글자가 들어 있어요.")
    assert answer.json()["fields"]["text"][0]["code"] == "unreadable"


def test_half_a_surrogate_pair_as_a_consultation_is_refused(api, consultation):
    api.raise_request_exception = False
    answer = send_raw(api, '{"consultation": "\\ud83d", "text": "토했어요"}')

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def test_half_a_surrogate_pair_as_a_field_name_is_refused(api, consultation):
    api.raise_request_exception = False
    body = f'{{"consultation": "{consultation.pk}", "text": "토했어요", "\\ud83d": 1}}'
    answer = send_raw(api, body)

    assert answer.status_code == 400
    assert not Message.objects.exists()


def test_a_missing_text_is_named(api, consultation):
    answer = api.post(SEND, {"consultation": str(consultation.pk)})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert answer.json()["fields"]["text"][0]["code"] == "required"


def test_an_unknown_field_is_refused(api, consultation):
    answer = send(api, consultation, "토했어요", role="assistant")

    assert_refused(answer, 400, "invalid_input", "알 수 없는 항목이에요.")


def test_a_foreign_consultation_is_not_found(api, foreign):
    assert_refused(send(api, foreign, "토했어요"), 404, "not_found", "찾을 수 없어요.")


def test_an_unknown_consultation_is_not_found(api):
    answer = api.post(SEND, {"consultation": str(uuid4()), "text": "토했어요"})

    assert_refused(answer, 404, "not_found", "찾을 수 없어요.")


def test_an_ended_consultation_takes_no_message(api, consultation):
    services.end_consultation(consultation=consultation, ending="owner")
    answer = send(api, consultation, "토했어요")

    assert (answer.status_code, answer.json()["code"]) == (409, "consultation_ended")
    assert answer.json()["message"] == "이미 끝난 상담이에요. 새 상담을 열어 주세요."
    assert not Message.objects.exists()


def test_who_is_not_signed_in_sends_nothing(consultation):
    answer = send(APIClient(), consultation, "토했어요")

    assert_refused(answer, 401, "not_authenticated", "로그인이 필요해요.")


def test_a_browser_needs_its_csrf_token(owner, consultation):
    web_client = Client(enforce_csrf_checks=True)
    web_client.force_login(owner)
    body = {"consultation": str(consultation.pk), "text": "토했어요"}
    answer = web_client.post(SEND, body, content_type="application/json")

    assert_refused(answer, 403, "permission_denied", "이 작업을 할 권한이 없어요.")


def test_the_key_may_come_as_a_header(api, consultation, enqueued):
    body = {"consultation": str(consultation.pk), "text": "토했어요"}
    first = api.post(SEND, body, headers={"Idempotency-Key": KEY})
    again = api.post(SEND, body, headers={"Idempotency-Key": KEY})

    assert first.json()["message"]["id"] == again.json()["message"]["id"]
    assert Message.objects.get().idempotency_key == KEY


@pytest.mark.parametrize("key", ["short", "x" * 65, "has a space", "한글열쇠한글열쇠"])
def test_a_key_of_another_form_is_refused(api, consultation, key):
    answer = send(api, consultation, "토했어요", idempotency_key=key)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert list(answer.json()["fields"]) == ["idempotency_key"]
    assert not Message.objects.exists()


def test_the_same_key_with_another_text_is_refused(api, consultation, enqueued):
    send(api, consultation, "토했어요", idempotency_key=KEY)
    answer = send(api, consultation, "설사해요", idempotency_key=KEY)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert answer.json()["message"] == "같은 전송 번호로 다른 내용을 보낼 수 없어요."
    assert Message.objects.get().text == "토했어요"


def test_the_same_key_for_another_consultation_is_refused(api, owner, cat, consultation, enqueued):
    other = services.open_consultation(owner=owner, pet=cat)
    send(api, consultation, "토했어요", idempotency_key=KEY)
    answer = send(api, other, "토했어요", idempotency_key=KEY)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_two_owners_may_use_the_same_key(api, sign_in, stranger, consultation, foreign, enqueued):
    first = send(api, consultation, "토했어요", idempotency_key=KEY)
    other = send(sign_in(stranger), foreign, "설사해요", idempotency_key=KEY)

    assert (first.status_code, other.status_code) == (200, 200)
    assert first.json()["message"]["id"] != other.json()["message"]["id"]


def test_a_retry_is_answered_even_after_the_end(api, consultation, enqueued):
    first = send(api, consultation, "토했어요", idempotency_key=KEY)
    services.end_consultation(consultation=consultation, ending="owner")
    again = send(api, consultation, "토했어요", idempotency_key=KEY)

    assert again.status_code == 200
    assert again.json()["message"]["id"] == first.json()["message"]["id"]


def test_without_a_key_the_same_words_are_two_messages(api, consultation, enqueued):
    send(api, consultation, "또 토했어요")
    send(api, consultation, "또 토했어요")

    assert Message.objects.count() == 2


def test_the_first_line_becomes_the_title_and_stays(api, consultation, enqueued):
    send(api, consultation, f"{'가' * 50}\n둘째 줄")
    send(api, consultation, "다음 메시지")

    consultation.refresh_from_db()
    assert consultation.title == "가" * 40


def test_the_sixty_first_send_of_a_minute_has_to_wait(api, consultation):
    answers = [send(api, consultation, "") for _ in range(61)]

    assert {answer.status_code for answer in answers[:60]} == {400}
    assert answers[60].status_code == 429
    assert answers[60].json()["code"] == "too_many_requests"
    assert 1 <= int(answers[60]["Retry-After"]) <= 61
