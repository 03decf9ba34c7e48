"""Sends that meet in the same moment: real threads, real locks."""

import pytest

from chat import services
from chat.models import Event, Message
from inference.models import InferenceJob

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "0123456789"


@pytest.fixture
def post(owner, sign_in, consultation):
    """Send one text from a client of its own."""

    def posted(text: str, **more: str) -> object:
        body = {"consultation": str(consultation.pk), "text": text, **more}
        return sign_in(owner).post("/api/v1/chat/send", body)

    return posted


def test_twenty_posts_with_one_key_are_one_message(at_once, post, enqueued):
    answers = at_once(20, lambda _: post("토했어요", idempotency_key=KEY))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["message"]["id"] for answer in answers}) == 1
    assert Message.objects.count() == InferenceJob.objects.count() == len(enqueued) == 1
    assert list(Event.objects.values_list("seq", flat=True)) == [1, 2]


def test_one_key_with_twenty_texts_keeps_one_and_refuses_the_rest(at_once, post, enqueued):
    answers = at_once(20, lambda number: post(f"{number}번 토했어요", idempotency_key=KEY))

    kept = [answer for answer in answers if answer.status_code == 200]
    refused = [answer.json()["code"] for answer in answers if answer.status_code == 422]
    assert (len(kept), refused) == (1, ["idempotency_key_reused"] * 19)
    assert Message.objects.get().text == kept[0].json()["message"]["text"]


def test_concurrent_sends_leave_no_gap_in_the_log(at_once, post, consultation, enqueued):
    answers = at_once(20, lambda number: post(f"{number}번 토했어요"))

    assert {answer.status_code for answer in answers} == {200}
    events = list(Event.objects.order_by("seq").values_list("seq", "kind"))
    assert [seq for seq, _ in events] == list(range(1, 41))
    assert [kind for _, kind in events] == ["message", "triage"] * 20
    consultation.refresh_from_db()
    assert consultation.head_seq == 40


def test_a_message_has_the_number_of_its_event(at_once, post, enqueued):
    at_once(10, lambda number: post(f"{number}번 토했어요"))

    logged = {
        event.payload["message"]["id"]: event.seq for event in Event.objects.filter(kind="message")
    }
    assert logged == {str(message.pk): message.seq for message in Message.objects.all()}


def test_nothing_is_said_after_the_end(at_once, post, consultation, enqueued):
    def work(number: int) -> int:
        if number == 5:
            services.end_consultation(consultation=consultation, ending="owner")
            return 0
        return post(f"{number}번 토했어요").status_code

    statuses = at_once(11, work)

    assert set(statuses) <= {0, 200, 409}
    assert Event.objects.order_by("seq").last().kind == "ended"
    assert Message.objects.count() == statuses.count(200)


def test_eight_workers_store_one_reply(at_once, say, consultation):
    message = say(consultation)

    def reply(number: int) -> bool:
        try:
            services.post_reply(
                message=message,
                reply_id=message.jobs.get().reply_id,
                text=f"{number}번 답변",
                status=Message.Status.COMPLETE,
                facts={},
            )
        except services.AlreadyAnsweredError:
            return False
        return True

    stored = at_once(8, reply)

    assert stored.count(True) == 1
    assert message.replies.get().text == f"{stored.index(True)}번 답변"
    assert Event.objects.filter(kind="reply.done").count() == 1


def test_eight_calls_end_a_consultation_once(at_once, consultation):
    at_once(8, lambda _: services.end_consultation(consultation=consultation, ending="owner"))

    assert Event.objects.get().kind == "ended"
