"""What the database itself refuses, whatever the code above it does."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.models import Consultation, Event, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(consultation, owner):
    """Store a message directly, past the services."""

    def added(seq: int, role: str = "owner", **fields: object) -> Message:
        if role == "owner":
            fields.setdefault("author", owner)
        return Message.objects.create(
            consultation=consultation, seq=seq, role=role, text="글", **fields
        )

    return added


def refused_by(name: str):
    return pytest.raises(IntegrityError, match=f'"{name}"')


def test_a_message_has_one_reply_of_each_version(add):
    asked = add(1)
    add(2, role="assistant", answers=asked)
    add(3, role="assistant", answers=asked, version=2)

    for version in (1, 2):
        with refused_by("one_reply_a_version"), transaction.atomic():
            add(4, role="assistant", answers=asked, version=version)


def test_two_messages_never_share_a_number(add):
    add(1)

    with refused_by("message_seq"), transaction.atomic():
        add(1)


def test_two_events_never_share_a_number(consultation):
    Event.objects.create(consultation=consultation, seq=1, kind="message")

    with refused_by("event_seq"), transaction.atomic():
        Event.objects.create(consultation=consultation, seq=1, kind="triage")


def test_two_consultations_number_on_their_own(consultation, foreign):
    for one in (consultation, foreign):
        Event.objects.create(consultation=one, seq=1, kind="message")

    assert Event.objects.filter(seq=1).count() == 2


def test_an_author_uses_a_key_once(add):
    add(1, idempotency_key="0123456789")

    with refused_by("one_message_a_key"), transaction.atomic():
        add(2, idempotency_key="0123456789")


def test_messages_without_a_key_do_not_collide(add):
    add(1)
    add(2)

    assert Message.objects.count() == 2


def test_an_owners_message_answers_nothing(add):
    asked = add(1)

    with refused_by("message_role_fits"), transaction.atomic():
        add(2, answers=asked)


def test_the_assistant_is_no_person(add, owner):
    with refused_by("message_role_fits"), transaction.atomic():
        add(1, role="assistant", author=owner)


def test_a_role_of_another_name_is_refused(add):
    with refused_by("message_role_fits"), transaction.atomic():
        add(1, role="vet", author=None, id=uuid.uuid4())


@pytest.mark.parametrize(
    "half", [{"ended_at": timezone.now(), "ending": ""}, {"ended_at": None, "ending": "owner"}]
)
def test_an_end_has_a_time_and_a_reason(consultation, half):
    with refused_by("consultation_ending_paired"), transaction.atomic():
        Consultation.objects.filter(pk=consultation.pk).update(**half)
