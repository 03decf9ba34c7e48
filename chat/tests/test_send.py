"""POST /api/v1/chat/send: accepted means kept, and a retry changes nothing."""

import pytest
from rest_framework.test import APIClient

from chat.models import Consultation, Event, Message
from inference.models import InferenceJob


def send(api: APIClient, consultation: Consultation, text: str, **more: str) -> object:
    body = {"consultation": str(consultation.pk), "text": text, **more}
    return api.post("/api/v1/chat/send", body)


@pytest.mark.django_db(transaction=True)
def test_message_events_and_job_are_stored_together(api, consultation, enqueued):
    answer = send(api, consultation, "강아지가 포도를 먹었어요")

    assert answer.status_code == 200
    assert answer.json()["status"] == "답변을 준비하고 있어요"
    message = Message.objects.get()
    kinds = list(Event.objects.order_by("seq").values_list("seq", "kind"))
    assert kinds == [(1, "message"), (2, "triage")]
    assert InferenceJob.objects.get().message == message
    assert enqueued == [str(message.job.pk)]


@pytest.mark.django_db(transaction=True)
def test_the_same_key_returns_the_first_message(api, consultation, enqueued):
    first = send(api, consultation, "토했어요", idempotency_key="0123456789")
    again = send(api, consultation, "토했어요", idempotency_key="0123456789")

    assert first.json()["message"]["id"] == again.json()["message"]["id"]
    assert Message.objects.count() == 1
    assert len(enqueued) == 1
