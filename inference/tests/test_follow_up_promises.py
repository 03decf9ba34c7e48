"""A danger promises check-ins in its own transaction; what is none, or is over, promises none."""

import pytest

from chat.services import open_consultation
from drmaum.lib.threads import in_thread
from inference.followups import questions
from inference.models import FollowUp, TriageResult
from inference.tests import model_server as play
from inference.tests.check_ins import (
    CALM,
    GRAVE,
    SOMEONE_ELSES,
    TODAY,
    WHAT_IF,
    of,
    say,
    set_rules,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("enqueued")]


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    set_rules(monkeypatch)


@pytest.mark.parametrize(
    ("text", "hours"), [(GRAVE, [3, 12]), (TODAY, [12]), (CALM, [])], ids=["now", "today", "home"]
)
def test_the_urgency_decides_when_to_ask(consultation, text, hours):
    message = say(consultation, text)

    rows = FollowUp.objects.filter(message=message).order_by("hours")
    assert [row.hours for row in rows] == hours
    assert [(row.due_at - message.created_at).total_seconds() / 3600 for row in rows] == hours


@pytest.mark.parametrize("text", [SOMEONE_ELSES, WHAT_IF], ids=["someone else's", "what if"])
def test_what_has_not_happened_to_this_pet_is_not_asked_after(consultation, text):
    message = say(consultation, text)

    assert message.triage.urgency == "emergency"
    assert of(message) == []


def test_a_new_danger_takes_the_place_of_the_older_one(consultation):
    first, second = say(consultation), say(consultation, "강아지가 숨을 못 쉬어요")

    assert of(first) == [(3, "dropped"), (12, "dropped")]
    assert of(second) == [(3, "promised"), (12, "promised")]


def test_a_lesser_danger_leaves_the_promise_of_the_graver_one(consultation):
    first, second = say(consultation), say(consultation, TODAY)

    assert of(first) == [(3, "promised"), (12, "promised")]
    assert of(second) == []


def test_another_consultation_keeps_its_promise(consultation, cat):
    first = say(consultation)
    say(open_consultation(owner=consultation.owner, pet=cat), GRAVE)

    assert of(first) == [(3, "promised"), (12, "promised")]


def test_an_edited_wording_is_not_asked_after(consultation):
    first = say(consultation)
    second = say(consultation, CALM, revises=first.pk)

    assert of(first) == [(3, "dropped"), (12, "dropped")]
    assert of(second) == []


def test_the_newer_wording_of_a_danger_is_asked_after(consultation):
    first = say(consultation)
    second = say(consultation, TODAY, revises=first.pk)

    assert of(first) == [(3, "dropped"), (12, "dropped")]
    assert of(second) == [(12, "promised")]


def test_an_edit_leaves_the_promise_of_what_stood_before(consultation):
    first = say(consultation)
    second = say(consultation, CALM)
    say(consultation, "강아지 귀에서 냄새가 나요", revises=second.pk)

    assert of(first) == [(3, "promised"), (12, "promised")]


@pytest.mark.django_db(transaction=True)
def test_a_promise_that_cannot_be_made_leaves_no_message(consultation, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("broken")

    monkeypatch.setattr("inference.followups.promising.question_for", broken)

    with pytest.raises(RuntimeError, match="broken"):
        say(consultation)

    assert not FollowUp.objects.exists()
    assert not TriageResult.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("library")
async def test_a_danger_that_an_answer_saw_is_asked_after_too(models, abroad, ask, meaning):
    meaning("bad-breath")
    body = "물과 소변의 양, 체중이 변했는지 함께 확인해 주세요. [4]\n입냄새가 언제부터 났나요?\n"
    models.will("claude", play.ok(f"긴급도: 응급 | 기운이 없어 보여요.\n{body}"))

    answered = await ask(abroad, CALM)

    message = answered.job.message
    assert await in_thread(of)(message) == [(3, "promised"), (12, "promised")]
    asked = await in_thread(lambda: message.follow_ups.first().question)()
    assert asked == "콩이는 지금 좀 어떤가요?"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("library", "meaning")
async def test_an_answer_about_someone_elses_animal_promises_nothing(models, abroad, ask):
    body = "물과 소변의 양, 체중이 변했는지 함께 확인해 주세요. [4]\n입냄새가 언제부터 났나요?\n"
    models.will("claude", play.ok(f"긴급도: 응급 | 기운이 없어 보여요.\n{body}"))

    answered = await ask(abroad, "친구네 강아지가 입냄새가 나요")

    assert answered.kinds.count("triage") == 2
    assert await in_thread(of)(answered.job.message) == []


@pytest.mark.parametrize(
    ("rules", "question"),
    [
        (["urine_blocked_cat"], "소변은 봤나요?"),
        (["urine_of_next_year"], "소변은 봤나요?"),
        (["seizure_over"], "그 뒤로 경련이 또 있었나요?"),
        (["vomiting_many"], "그 뒤로도 토했나요?"),
        (["grape"], "동물병원에 연락해 보셨나요? 지금 상태는 어떤가요?"),
        (["young_vomit"], "그 뒤로도 토하거나 설사했나요?"),
        (["rule_of_tomorrow", "urine_blocked_cat"], "소변은 봤나요?"),
        (["rule_of_tomorrow"], "나비는 지금 좀 어떤가요?"),
        ([], "나비는 지금 좀 어떤가요?"),
    ],
)
def test_the_question_fits_the_danger(rules, question):
    assert questions.question_for(rules, "나비") == question


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("나비", "나비는"),
        ("콩", "콩은"),
        ("루이2", "루이2는"),
        ("루이3", "루이3은"),
        ("Coco", "Coco,"),
        ("보리♥", "보리♥,"),
    ],
)
def test_the_particle_fits_the_name(name, said):
    assert questions.question_for([], name) == f"{said} 지금 좀 어떤가요?"
