"""The services of a consultation: what they store, what they log, what they never repeat."""

from uuid import UUID, uuid4

import pytest
from django.db import transaction

from chat import reading, services
from chat.models import Consultation, Event, Message
from chat.signals import consultation_ended

pytestmark = pytest.mark.django_db


def start(message: Message, reply: UUID, **more: bool) -> Event:
    return services.start_reply(message=message, reply_id=reply, **more)


def post(message: Message, reply: UUID, status: str = "complete") -> Message:
    facts = {"responder": "extract", "sources": []}
    return services.post_reply(
        message=message, reply_id=reply, text="귀를 살펴봐 주세요.", status=status, facts=facts
    )


def newest() -> Event:
    return Event.objects.order_by("-seq")[0]


def test_a_message_goes_over_the_wire_whole(say, consultation):
    message = say(consultation)

    event = Event.objects.get(seq=1)
    assert reading.events_after(consultation.pk, 0)[0] == {
        "type": "message",
        "seq": 1,
        "at": event.created_at.isoformat(),
        "message": {
            "id": str(message.pk),
            "role": "owner",
            "kind": "text",
            "status": "complete",
            "text": "어제부터 귀를 긁어요",
        },
    }


def test_a_triage_names_its_message_and_urgency(say, consultation):
    message = say(consultation, "숨을 못 쉬고 잇몸이 파래요")

    wire = reading.events_after(consultation.pk, 1)
    assert [event["type"] for event in wire] == ["triage"]
    assert wire[0]["message"] == str(message.pk)
    assert wire[0]["urgency"] == "emergency"
    assert {"why", "now", "avoid", "words", "categories"} <= set(wire[0])


def test_a_finished_reply_carries_its_text_and_facts(say, consultation):
    message, reply = say(consultation), uuid4()
    post(message, reply)

    wire = newest().as_wire()
    assert (wire["type"], wire["seq"]) == ("reply.done", 3)
    assert (wire["reply"], wire["answers"]) == (str(reply), str(message.pk))
    assert wire["message"] == {
        "id": str(reply),
        "role": "assistant",
        "kind": "text",
        "status": "complete",
        "text": "귀를 살펴봐 주세요.",
        "facts": {"responder": "extract", "sources": []},
    }


@pytest.mark.parametrize(
    ("status", "kind"),
    [("complete", "reply.done"), ("stopped", "reply.done"), ("failed", "reply.failed")],
)
def test_a_reply_is_logged_as_it_ended(say, consultation, status, kind):
    reply = post(say(consultation), uuid4(), status)

    assert (newest().kind, reply.status, reply.seq) == (kind, status, 3)


@pytest.mark.parametrize(("is_again", "kind"), [(False, "reply.started"), (True, "reply.restart")])
def test_a_reply_that_is_begun_is_logged(say, consultation, is_again, kind):
    message, reply = say(consultation), uuid4()
    event = start(message, reply, is_again=is_again)

    assert event.kind == kind
    assert event.payload == {"reply": str(reply), "answers": str(message.pk), "version": 1}


def test_a_second_reply_is_refused_and_leaves_no_trace(say, consultation):
    message = say(consultation)
    first = post(message, uuid4())

    with pytest.raises(services.AlreadyAnsweredError):
        post(message, uuid4())

    assert message.replies.get() == first
    assert newest().seq == 3


def test_a_reply_is_posted_even_after_the_end(say, consultation):
    message = say(consultation)
    services.end_consultation(consultation=consultation, ending="owner")

    assert post(message, uuid4()).answers == message


def test_replies_in_progress_are_those_begun_and_not_ended(say, consultation):
    messages, replies = [say(consultation) for _ in range(4)], [uuid4() for _ in range(4)]
    for message, reply in zip(messages, replies, strict=True):
        start(message, reply)
    start(messages[3], replies[3], is_again=True)
    post(messages[1], replies[1])
    post(messages[2], replies[2], "failed")

    assert reading.replies_in_progress(consultation.pk) == [str(replies[0]), str(replies[3])]


def test_an_undone_transaction_takes_back_its_number(say, consultation):
    message = say(consultation)
    with transaction.atomic():
        assert start(message, uuid4()).seq == 3
        transaction.set_rollback(True)

    assert start(message, uuid4()).seq == 3
    assert reading.head_of(consultation.pk) == 3


@pytest.mark.parametrize(
    ("before", "found", "after"),
    [
        ("", "not_medical", "not_medical"),
        ("not_medical", "home", "home"),
        ("home", "soon", "soon"),
        ("soon", "urgent", "urgent"),
        ("urgent", "emergency", "emergency"),
        ("emergency", "urgent", "emergency"),
        ("urgent", "home", "urgent"),
        ("soon", "not_medical", "soon"),
    ],
)
def test_urgency_only_rises(say, consultation, before, found, after):
    message = say(consultation)
    Consultation.objects.filter(pk=consultation.pk).update(urgency=before)
    event = services.record_triage(message=message, urgency=found, payload={})

    consultation.refresh_from_db()
    assert consultation.urgency == after
    assert event.payload["urgency"] == found


def test_someone_elses_animal_does_not_raise_the_urgency(say, consultation):
    message = say(consultation)
    before = Consultation.objects.get(pk=consultation.pk).urgency
    event = services.record_triage(
        message=message, urgency="emergency", payload={}, is_of_this_pet=False
    )

    assert before != "emergency"
    assert Consultation.objects.get(pk=consultation.pk).urgency == before
    assert (event.kind, event.payload["urgency"]) == ("triage", "emergency")


def test_a_consultation_ends_once(consultation):
    heard = []

    def hear(consultation: Consultation, **_: object) -> None:
        heard.append(consultation.pk)

    consultation_ended.connect(hear)
    try:
        first = services.end_consultation(consultation=consultation, ending="owner")
        again = services.end_consultation(consultation=consultation, ending="archived")
    finally:
        consultation_ended.disconnect(hear)

    assert (again.ended_at, again.ending) == (first.ended_at, "owner")
    assert heard == [consultation.pk]
    assert Event.objects.get().as_wire().items() >= {"type": "ended", "ending": "owner"}.items()


def test_the_words_stay_after_the_end(say, consultation):
    say(consultation)
    services.end_consultation(consultation=consultation, ending="owner")

    assert Message.objects.get().text == "어제부터 귀를 긁어요"
    assert [event["type"] for event in reading.events_after(consultation.pk, 0)] == [
        "message",
        "triage",
        "ended",
    ]


def test_asking_a_finished_reply_to_stop_changes_nothing(say, consultation):
    message = say(consultation)
    job = message.jobs.get()
    reply = post(message, job.reply_id)
    type(job).objects.update(status="done")
    services.ask_to_stop(consultation_id=consultation.pk, reply_id=reply.pk)

    job.refresh_from_db()
    assert job.stop_asked_at is None
    assert newest().kind == "reply.done"


@pytest.mark.parametrize("urgency", ["emergency", "urgent"])
def test_an_apology_in_danger_says_not_to_wait(urgency):
    assert services.apology(urgency) == f"{services.FAILED}\n\n{services.DO_NOT_WAIT}"
    assert "24시간 동물병원" in services.apology(urgency)


@pytest.mark.parametrize("urgency", ["soon", "home", "not_medical", ""])
def test_an_apology_without_danger_does_not_frighten(urgency):
    assert services.apology(urgency) == str(services.FAILED)
