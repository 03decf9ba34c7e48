"""An answer becomes an owner's message that triage hears; it lowers nothing and is sent once."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from chat import refusals
from chat import services as chat_services
from chat.models import Consultation, Event, Message
from inference.followups import asking
from inference.followups.answering import FollowUpAnswered, answer
from inference.models import FollowUp, InferenceJob, TriageResult
from inference.tests.check_ins import (
    CALM,
    GRAVE,
    TODAY,
    after,
    asked_after,
    at_once,
    of,
    say,
    set_rules,
)
from inference.triage.types import Assessment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("enqueued")]


def answered_after(hours: int, follow_up: FollowUp, **given: str) -> Message:
    with after(hours):
        return answer(follow_up=follow_up, **given)


@pytest.mark.parametrize(("choice", "said"), [("same", "그대로예요"), ("worse", "나빠졌어요")])
def test_not_better_says_the_first_words_again(consultation, choice, said):
    follow_up = asked_after(consultation)

    message = answered_after(12, follow_up, choice=choice)

    assert message.text == f"12시간이 지났는데 {said}. “{GRAVE}”"
    assert (message.consultation, message.author) == (consultation, consultation.owner)
    assert message.triage.urgency == "emergency"
    assert message.triage.findings[0]["rule"] == follow_up.message.triage.findings[0]["rule"]
    assert of(message) == [(3, "promised"), (12, "promised")]
    assert of(follow_up.message) == [(3, "dropped"), (12, "answered")]
    assert InferenceJob.objects.filter(message=message).exists()
    follow_up.refresh_from_db()
    assert follow_up.answer == message


@pytest.mark.parametrize("ending", ["", "idle"], ids=["open", "ended"])
@pytest.mark.parametrize(
    ("choice", "text"),
    [("better", "3시간이 지났고 좋아졌어요."), ("visited", "동물병원에 다녀왔어요.")],
)
def test_what_is_over_is_said_without_the_first_words_and_asked_no_more(
    consultation, choice, text, ending
):
    follow_up = asked_after(consultation, hours=3)
    if ending:
        chat_services.end_consultation(consultation=consultation, ending=ending)

    message = answered_after(3, follow_up, choice=choice)

    assert message.text == text
    assert of(follow_up.message) == [(3, "answered"), (12, "dropped")]
    assert not FollowUp.objects.filter(status__in=["promised", "asked"]).exists()


def test_a_button_alone_that_says_better_promises_nothing_even_if_rules_mistake_it(
    consultation, monkeypatch
):
    follow_up = asked_after(consultation, hours=3)
    monkeypatch.setattr("inference.receivers.assess_message", lambda _: Assessment("emergency"))

    message = answered_after(3, follow_up, choice="better")

    assert of(message) == [(3, "dropped"), (12, "dropped")]


@pytest.mark.parametrize("choice", ["better", "visited"])
def test_what_is_over_raises_no_alarm_of_its_own(consultation, choice):
    follow_up = asked_after(consultation)
    chat_services.end_consultation(consultation=consultation, ending="idle")

    message = answered_after(12, follow_up, choice=choice)

    assert message.triage.urgency not in ("urgent", "emergency")


def test_better_but_with_a_new_danger_is_asked_after(consultation):
    follow_up = asked_after(consultation, hours=3)

    message = answered_after(3, follow_up, choice="better", text="그런데 지금 숨을 못 쉬어요")

    assert of(message) == [(3, "promised"), (12, "promised")]
    assert of(follow_up.message) == [(3, "answered"), (12, "dropped")]


@pytest.mark.parametrize("choice", ["better", "visited", "same"])
def test_no_answer_lowers_what_was_stored(consultation, choice):
    follow_up = asked_after(consultation)
    stored = TriageResult.objects.filter(message=follow_up.message)
    before = stored.values().get()

    answered_after(12, follow_up, choice=choice)

    consultation.refresh_from_db()
    assert consultation.urgency == "emergency"
    assert stored.values().get() == before


def test_own_words_go_along_with_a_choice(consultation):
    follow_up = asked_after(consultation)

    message = answered_after(12, follow_up, choice="worse", text="이제 토하기도 해요")

    assert message.text == f"12시간이 지났는데 나빠졌어요. “{GRAVE}”\n이제 토하기도 해요"


def test_own_words_alone_carry_the_first_words(consultation):
    follow_up = asked_after(consultation)

    message = answered_after(12, follow_up, text="아니요, 아직이요")

    assert message.text == f"아니요, 아직이요\n12시간 전에 적은 말이에요. “{GRAVE}”"
    assert message.triage.urgency == "emergency"


def test_the_words_are_carried_through_several_answers_with_what_was_added(consultation):
    first = asked_after(consultation, hours=3)
    with after(3):
        answer(follow_up=first, choice="worse", text="이제 토하기도 해요")
    with after(6.1):
        asking.ask_due()
        answer(follow_up=FollowUp.objects.asked().get(), text="침도 흘려요")
    with after(9.3):
        asking.ask_due()
        message = answer(follow_up=FollowUp.objects.asked().get(), choice="same")

    words = f"{GRAVE}\n이제 토하기도 해요\n침도 흘려요"
    assert message.text == f"9시간이 지났는데 그대로예요. “{words}”"


def test_an_edited_message_is_repeated_as_it_reads_now(consultation):
    follow_up = asked_after(consultation, hours=3)
    with after(3):
        say(consultation, "강아지가 건포도를 먹었어요", revises=follow_up.message_id)
        assert not FollowUp.objects.asked().exists()
        message = answer(follow_up=follow_up, choice="same")

    assert message.text.endswith("“강아지가 건포도를 먹었어요”")


def test_the_answer_after_the_end_opens_a_new_consultation_about_the_same_pet(consultation):
    follow_up = asked_after(consultation, hours=3)
    chat_services.end_consultation(consultation=consultation, ending="idle")

    message = answered_after(3, follow_up, choice="same")

    opened = Consultation.objects.get(pk=message.consultation_id)
    assert opened != consultation
    assert (opened.pet, opened.owner) == (consultation.pet, consultation.owner)
    assert opened.urgency == "emergency"
    assert of(follow_up.message) == [(3, "answered"), (12, "dropped")]
    assert of(message) == [(3, "promised"), (12, "promised")]
    kinds = list(Event.objects.filter(consultation=opened).values_list("kind", flat=True))
    assert kinds == ["message", "triage"]


def test_own_words_in_which_no_danger_is_seen_leave_the_later_question(consultation, monkeypatch):
    follow_up = asked_after(consultation, hours=3)
    monkeypatch.setattr("inference.receivers.assess_message", lambda _: Assessment("home"))

    message = answered_after(3, follow_up, text="밥을 조금 먹었어요")

    assert of(message) == []
    assert of(follow_up.message) == [(3, "answered"), (12, "promised")]


def test_not_better_is_as_urgent_as_before_whatever_the_rules_make_of_it(consultation, monkeypatch):
    """The urgency came from a rule that is gone, or from a model."""
    say(consultation, CALM)
    TriageResult.objects.update(raised_to="emergency")
    FollowUp.objects.create(
        message=Message.objects.get(), hours=3, question="어떤가요?",
        due_at=timezone.now() + timedelta(hours=3),
    )  # fmt: skip
    with after(3):
        asking.ask_due()
        message = answer(follow_up=FollowUp.objects.asked().get(), choice="same")

    message = Message.objects.get(pk=message.pk)
    shown = Event.objects.filter(kind="triage").order_by("seq").last().payload
    consultation.refresh_from_db()
    assert message.triage.graver == consultation.urgency == "emergency"
    assert (shown["urgency"], shown["message"]) == ("emergency", str(message.pk))
    assert shown["why"] == ["앞서 알려 주신 위험 신호가 나아지지 않았다고 하셨어요."]
    assert shown["now"] != []
    assert of(message) == [(3, "promised"), (12, "promised")]


@pytest.mark.parametrize("given", [{"choice": c} for c in ("better", "same", "worse", "visited")]
                         + [{"text": "잘 모르겠어요"}], ids=str)  # fmt: skip
def test_every_answer_works_for_a_rule_that_nobody_knows(consultation, monkeypatch, given):
    set_rules(monkeypatch)
    follow_up = asked_after(consultation, TODAY)

    message = answered_after(12, follow_up, **given)

    assert follow_up.message.triage.findings[0]["rule"] == "rule_of_tomorrow"
    assert follow_up.question == "보리는 지금 좀 어떤가요?"
    follow_up.refresh_from_db()
    assert (follow_up.status, follow_up.answer) == ("answered", message)


def test_a_second_answer_is_refused(consultation):
    follow_up = asked_after(consultation)
    answered_after(12, follow_up, choice="same")

    with pytest.raises(FollowUpAnswered):
        answered_after(12, follow_up, choice="better")

    assert Message.objects.count() == 2


def test_a_question_that_made_way_for_a_newer_one_can_still_be_answered(consultation):
    follow_up = asked_after(consultation, hours=3)
    with after(12):
        asking.ask_due()
        follow_up.refresh_from_db()
        assert follow_up.status == "dropped"
        message = answer(follow_up=follow_up, choice="worse")

    assert message.triage.urgency == "emergency"
    assert not FollowUp.objects.asked().exists()


def test_a_very_long_first_message_still_fits(consultation):
    long = (GRAVE + " ") + "가" * (settings.LONGEST_MESSAGE - len(GRAVE) - 1)
    follow_up = asked_after(consultation, long)

    message = answered_after(12, follow_up, choice="same", text="나" * 500)

    assert len(message.text) <= settings.LONGEST_MESSAGE
    assert GRAVE in message.text
    assert message.text.endswith("나" * 500)
    assert message.triage.urgency == "emergency"


def test_words_of_its_own_that_are_too_long_are_refused(consultation):
    follow_up = asked_after(consultation)

    with pytest.raises(refusals.MessageTooLong):
        answered_after(12, follow_up, text="나" * settings.LONGEST_MESSAGE)

    assert FollowUp.objects.asked().get() == follow_up


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["", "idle"], ids=["open", "ended"])
def test_a_double_tap_makes_one_message(consultation, ending):
    follow_up = asked_after(consultation, hours=3)
    if ending:
        chat_services.end_consultation(consultation=consultation, ending=ending)

    def tap() -> str:
        try:
            return answer(follow_up=follow_up, choice="same").text
        except FollowUpAnswered:
            return "refused"

    taps = at_once(tap, count=6)

    assert taps.count("refused") == 5
    assert Message.objects.count() == 2
    assert Consultation.objects.count() == (2 if ending else 1)
    assert Message.objects.order_by("created_at").last().idempotency_key.endswith(str(follow_up.pk))


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_fails_leaves_the_question_and_no_consultation(consultation, monkeypatch):
    follow_up = asked_after(consultation)
    chat_services.end_consultation(consultation=consultation, ending="idle")

    def broken(*_, **__):
        raise RuntimeError("broken")

    monkeypatch.setattr("inference.followups.answering.services.send_message", broken)
    with pytest.raises(RuntimeError, match="broken"):
        answer(follow_up=follow_up, choice="same")

    assert FollowUp.objects.asked().get() == follow_up
    assert Consultation.objects.get() == consultation
