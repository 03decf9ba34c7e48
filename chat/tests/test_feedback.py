"""What owners think of replies: PUT and DELETE /api/v1/messages/<id>/feedback, and the queue."""

import pytest
from django.urls import reverse
from django.utils import timezone

from chat import services
from chat.models import Feedback, Message
from profiles.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(consultation, say) -> Message:
    message = say(consultation)
    return services.post_reply(
        message=message, reply_id=message.jobs.get().reply_id, text="답변이에요.",
        status="complete", facts={},
    )  # fmt: skip


@pytest.fixture
def staff(client):
    boss = User.objects.create_superuser("boss@example.com", "따뜻한-물-한-그릇-7", name="관리자")
    boss.email_verified_at = timezone.now()
    boss.save()
    client.force_login(boss)
    return client


def address(message) -> str:
    return f"/api/v1/messages/{message.pk}/feedback"


def test_a_thumb_is_kept(api, reply):
    answer = api.put(address(reply), {"is_helpful": True})

    kept = Feedback.objects.get()
    assert answer.status_code == 200
    assert answer.json()["is_helpful"] is True
    assert (kept.message, kept.is_helpful, kept.reasons, kept.comment) == (reply, True, [], "")


def test_reasons_and_a_word_are_kept(api, reply):
    given = {"is_helpful": False, "reasons": ["wrong", "too_long", "wrong"], "comment": "틀렸어요"}

    answer = api.put(address(reply), given)

    kept = Feedback.objects.get()
    assert answer.json()["reasons"] == kept.reasons == ["too_long", "wrong"]
    assert answer.json()["comment"] == kept.comment == "틀렸어요"


def test_a_second_rating_takes_the_place_of_the_first(api, reply):
    api.put(address(reply), {"is_helpful": False, "reasons": ["wrong"], "comment": "틀렸어요"})
    Feedback.objects.update(handled_at=timezone.now())

    api.put(address(reply), {"is_helpful": True})

    kept = Feedback.objects.get()
    assert (kept.is_helpful, kept.reasons, kept.comment) == (True, [], "")
    assert kept.handled_at is None


def test_a_rating_can_be_withdrawn(api, reply):
    api.put(address(reply), {"is_helpful": True})

    answers = [api.delete(address(reply)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"is_helpful": "maybe"},
        {"is_helpful": None},
        {"is_helpful": False, "reasons": ["because"]},
        {"is_helpful": False, "reasons": "wrong"},
        {"is_helpful": True, "comment": "가" * 1001},
        {"is_helpful": True, "stars": 5},
    ],
    ids=["nothing", "no thumb", "null", "reason", "no list", "long", "unknown field"],
)
def test_what_does_not_fit_is_refused(given, api, reply):
    answer = api.put(address(reply), given)

    assert answer.status_code == 400
    assert not Feedback.objects.exists()


def test_ones_own_message_is_no_reply(api, reply):
    answer = api.put(address(reply.answers), {"is_helpful": True})

    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_reply")
    assert answer.json()["message"] == "답변만 평가할 수 있어요."


def test_a_foreign_reply_is_not_there(sign_in, stranger, api, reply):
    api.put(address(reply), {"is_helpful": True})
    client = sign_in(stranger)

    answers = [client.put(address(reply), {"is_helpful": False}), client.delete(address(reply))]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Feedback.objects.get().is_helpful is True


def test_nobody_rates_without_a_sign_in(client, reply):
    assert client.put(address(reply), {"is_helpful": True}).status_code == 401


def test_a_rating_stands_with_its_message(api, consultation, reply):
    before = api.get(f"/api/v1/consultations/{consultation.pk}/messages").json()["results"]
    api.put(address(reply), {"is_helpful": False, "reasons": ["hard"]})

    after = api.get(f"/api/v1/consultations/{consultation.pk}/messages").json()["results"]

    assert [one["feedback"] for one in before] == [None, None]
    assert after[0]["feedback"] is None
    assert after[1]["feedback"]["is_helpful"] is False
    assert after[1]["feedback"]["reasons"] == ["hard"]


def test_each_version_has_a_rating_of_its_own(api, reply):
    second = services.post_reply(
        message=reply.answers, reply_id=reply.consultation_id, version=2, text="다른 답변이에요.",
        status="complete", facts={},
    )  # fmt: skip

    api.put(address(reply), {"is_helpful": False})
    api.put(address(second), {"is_helpful": True})

    assert {one.message_id: one.is_helpful for one in Feedback.objects.all()} == {
        reply.pk: False, second.pk: True,
    }  # fmt: skip


def test_the_queue_shows_what_nobody_has_looked_at(staff, api, reply):
    api.put(address(reply), {"is_helpful": False, "reasons": ["missed_emergency"]})
    queue = reverse("admin:chat_feedback_changelist")

    waiting = staff.get(queue, {"handled": "no"})
    marked = staff.post(
        queue, {"action": "mark_handled", "_selected_action": [Feedback.objects.get().pk]}
    )
    left = staff.get(queue, {"handled": "no"})

    assert "응급을 놓쳤어요" in waiting.content.decode()
    assert marked.status_code == 302
    assert Feedback.objects.get().handled_at is not None
    assert "응급을 놓쳤어요" not in left.content.decode()
    assert "응급을 놓쳤어요" in staff.get(queue, {"handled": "yes"}).content.decode()


def test_a_rating_is_read_with_its_question(staff, api, reply):
    api.put(address(reply), {"is_helpful": False, "comment": "귀가 아니라 눈이에요"})

    page = staff.get(reverse("admin:chat_feedback_change", args=[Feedback.objects.get().pk]))

    text = page.content.decode()
    assert "어제부터 귀를 긁어요" in text
    assert "답변이에요." in text
    assert "귀가 아니라 눈이에요" in text
