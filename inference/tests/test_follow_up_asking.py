"""A due question is asked once and mailed once, whatever dies or fails in between."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from chat import services as chat_services
from chat.models import Consultation
from inference.followups import asking
from inference.followups.questions import sentence
from inference.models import FollowUp
from inference.tasks import ask_follow_ups
from inference.tests.check_ins import GRAVE, after, asked_after, at_once, of, say
from profiles import services as profile_services
from profiles.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("enqueued")]


def impatiently(work: Callable[[], int]) -> Callable[[], int]:
    """`work` that fails where it would wait for a lock."""

    def run() -> int:
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '1s'")
        return work()

    return run


def test_nothing_is_asked_before_its_time(consultation):
    message = say(consultation)
    with after(2):
        assert asking.ask_due() == 0

    assert of(message) == [(3, "promised"), (12, "promised")]
    assert mail.outbox == []


def test_what_is_due_is_asked_and_mailed(consultation, owner):
    message = say(consultation)
    with after(3):
        ask_follow_ups()

    assert of(message) == [(3, "asked"), (12, "promised")]
    letter = mail.outbox[0]
    assert (letter.subject, letter.to) == ("[Dr. 마음] 보리의 안부를 여쭤봐요", [owner.email])
    assert "3시간 지났어요. 동물병원에 연락해 보셨나요?" in letter.body
    assert f"http://localhost:8000/consultations/{consultation.pk}" in letter.body
    assert "괜찮아졌다면 '좋아졌어요'를 눌러 주세요." in letter.body
    assert GRAVE not in letter.body
    assert len(mail.outbox) == 1


def test_a_second_round_asks_and_mails_nothing_again(consultation):
    asked_after(consultation, hours=3)
    before = FollowUp.objects.asked().get()
    with after(4):
        assert asking.ask_due() == 0

    assert FollowUp.objects.asked().get().asked_at == before.asked_at
    assert len(mail.outbox) == 1


def test_the_later_question_takes_the_place_of_the_unanswered_one(consultation):
    asked_after(consultation, hours=3)
    with after(12):
        asking.ask_due()

    assert [one.hours for one in FollowUp.objects.asked()] == [12]
    assert len(mail.outbox) == 2


def test_after_an_outage_only_the_latest_is_asked_with_the_real_hours(consultation):
    message = say(consultation)
    with after(20):
        assert asking.ask_due() == 1

    assert of(message) == [(3, "dropped"), (12, "asked")]
    assert sentence(FollowUp.objects.asked().get()).startswith("20시간 지났어요. ")
    assert len(mail.outbox) == 1


def test_after_days_the_sentence_counts_days(consultation):
    follow_up = asked_after(consultation, hours=75)

    assert sentence(follow_up).startswith("3일 지났어요. ")


@pytest.mark.parametrize("put_away", ["pet", "account", "consultation"])
def test_what_was_put_away_is_asked_no_more(consultation, owner, put_away):
    message = say(consultation)
    if put_away == "pet":
        profile_services.archive_pet(pet=consultation.pet)
    elif put_away == "account":
        User.objects.filter(pk=owner.pk).update(is_active=False)
    else:
        chat_services.end_consultation(consultation=consultation, ending="archived")
    with after(3):
        assert asking.ask_due() == 0

    assert of(message) == [(3, "dropped"), (12, "promised")]
    assert mail.outbox == []


def test_an_ended_consultation_is_asked_after(consultation):
    message = say(consultation)
    chat_services.end_consultation(consultation=consultation, ending="idle")
    with after(3):
        assert asking.ask_due() == 1

    assert of(message) == [(3, "asked"), (12, "promised")]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_and_mail_once(consultation):
    message = say(consultation)
    FollowUp.objects.filter(message=message, hours=3).update(due_at=timezone.now())

    asked = at_once(asking.ask_due, count=4)
    asking.ask_due()  # what one worker held, another may have passed over

    assert sum(asked) == 1
    assert of(message) == [(3, "asked"), (12, "promised")]
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_consultation_that_is_being_written_to_is_asked_in_the_next_round(consultation):
    message = say(consultation)
    FollowUp.objects.filter(message=message, hours=3).update(due_at=timezone.now())

    with transaction.atomic():
        Consultation.objects.select_for_update().get(pk=consultation.pk)
        assert at_once(impatiently(asking.ask_due), count=1) == [0]

    assert asking.ask_due() == 1


@pytest.mark.django_db(transaction=True)
def test_a_question_whose_mail_is_being_sent_does_not_hold_up_the_newer_one(consultation):
    asked_after(consultation, hours=3)
    FollowUp.objects.filter(hours=12).update(due_at=timezone.now())

    with transaction.atomic():
        FollowUp.objects.select_for_update().get(hours=3)
        assert at_once(impatiently(asking.ask_due), count=1) == [1]

    assert of(consultation.messages.get()) == [(3, "asked"), (12, "asked")]
