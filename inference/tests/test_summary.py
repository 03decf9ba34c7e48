"""The card for the clinic: the owner's own words and facts, and nobody else's."""

from datetime import UTC, datetime

import pytest
import time_machine

from chat import services as chat_services
from chat.models import Consultation
from inference.models import TriageResult
from inference.summary import Summary, summary_of
from profiles import services as profile_services
from profiles.models import User

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)  # half past midnight in Seoul
GRAPES = "강아지가  포도를 먹었어요!!\n두 알쯤… ㅠㅠ <b>어떡하죠</b>"
CALM = "강아지 입냄새가 나요"


def address(consultation) -> str:
    return f"/api/v1/consultations/{consultation.pk}/summary"


def say(consultation, text, **given):
    return chat_services.send_message(
        consultation=consultation, author=consultation.owner, text=text, **given
    )


def card_of(consultation) -> Summary:
    """As a request finds it: facts as the database has them."""
    return summary_of(Consultation.objects.select_related("pet").get(pk=consultation.pk))


def words(consultation) -> list[str]:
    return [one.text for one in card_of(consultation).told]


def test_the_card_tells_the_words_that_fired_and_when_in_local_time(api, consultation, enqueued):
    with time_machine.travel(NIGHT, tick=False):
        said = say(consultation, GRAPES)
        say(consultation, CALM)

    answer = api.get(address(consultation))

    card = answer.json()
    assert answer.status_code == 200
    assert card["told"] == [
        {
            "message": str(said.pk),
            "at": "2026-11-23T00:30:00+09:00",
            "at_text": "2026년 11월 23일 00:30",
            "urgency": "emergency",
            "text": GRAPES,
        }
    ]
    assert (card["urgency"], card["urgency_label"]) == ("emergency", "응급")
    assert card["categories"] == ["포도·건포도"]
    assert card["first_at"] == card["told"][0]["at"]
    assert card["note"] == "이 카드는 보호자가 적은 내용 그대로이며 진단이 아니에요"
    assert answer["Cache-Control"] == "no-store"


def test_the_card_tells_the_profile_and_leaves_out_what_is_unknown(api, consultation):
    facts = {
        "sex": "female",
        "is_neutered": True,
        "allergies": ["닭고기"],
        "conditions": ["쿠싱", "슬개골 탈구"],
        "medicines": ["트릴로스탄"],
    }
    profile_services.change_pet(pet=consultation.pet, facts=facts)

    card = api.get(address(consultation)).json()

    told = {fact["field"]: fact["text"] for fact in card["facts"]}
    assert card["name"] == "보리"
    assert told == {
        "species": "강아지",
        "breed": "말티즈",
        "birth_date": "3살 11개월",
        "sex": "암컷",
        "is_neutered": "했음",
        "weight_kg": "4kg",
        "allergies": "닭고기",
        "conditions": "쿠싱, 슬개골 탈구",
        "medicines": "트릴로스탄",
    }


def test_without_a_danger_the_card_has_the_facts_alone(api, consultation, enqueued):
    say(consultation, CALM)

    card = api.get(address(consultation)).json()

    assert (card["told"], card["urgency"], card["first_at"]) == ([], "", None)
    assert CALM not in card["text"]
    assert "보리" in card["text"]


def test_the_plain_text_is_the_whole_card(api, consultation, enqueued):
    with time_machine.travel(NIGHT, tick=False):
        say(consultation, GRAPES)

    text = api.get(address(consultation)).json()["text"]

    assert text.splitlines()[0] == "[병원에 보여줄 요약] 보리"
    assert f"- 2026년 11월 23일 00:30: {GRAPES}" in text
    assert "몸무게: 4kg" in text
    assert "앱이 본 긴급도: 응급 (포도·건포도)" in text
    assert text.endswith("진단이 아니에요")


def test_several_dangers_stand_in_the_order_in_which_they_were_told(consultation, enqueued):
    say(consultation, GRAPES)
    say(consultation, "방금부터 숨을 못 쉬고 잇몸이 파래요")

    summary = card_of(consultation)

    assert words(consultation) == [GRAPES, "방금부터 숨을 못 쉬고 잇몸이 파래요"]
    assert summary.categories[0] == "포도·건포도"
    assert len(summary.categories) == len(set(summary.categories)) > 1


def test_what_an_answer_raised_is_told_too(consultation, enqueued):
    calm = say(consultation, CALM)
    TriageResult.objects.filter(message=calm).update(raised_to="urgent")

    summary = card_of(consultation)

    assert [one.text for one in summary.told] == [CALM]
    assert (summary.urgency, summary.categories) == ("urgent", [])


def test_someone_elses_animal_is_not_on_this_pets_card(consultation, enqueued):
    say(consultation, "친구네 강아지가 포도를 먹었대요")

    assert words(consultation) == []


def test_a_mere_question_is_not_on_the_card(consultation, enqueued):
    message = say(consultation, GRAPES)
    TriageResult.objects.filter(message=message).update(is_question=True)

    assert words(consultation) == []


def test_words_that_were_edited_since_are_not_shown(consultation, enqueued):
    first = say(consultation, GRAPES)
    say(consultation, "강아지가 건포도 빵을 먹었어요", revises=first.pk)

    assert words(consultation) == ["강아지가 건포도 빵을 먹었어요"]


def test_nothing_of_another_consultation_or_owner_is_on_the_card(
    api, consultation, cat, stranger: User, enqueued
):
    say(consultation, GRAPES)
    rabbit = profile_services.register_pet(
        owner=stranger, facts={"name": "토토", "species": "rabbit"}
    )
    foreign = chat_services.open_consultation(owner=stranger, pet=rabbit)
    say(foreign, "토끼가 숨을 못 쉬어요")
    other = chat_services.open_consultation(owner=consultation.owner, pet=cat)
    say(other, "고양이가 백합을 먹었어요")

    shown = api.get(address(consultation)).content.decode()

    assert "토끼" not in shown
    assert "토토" not in shown
    assert "백합" not in shown
    assert "나비" not in shown


def test_the_card_of_another_owner_is_not_found(sign_in, consultation, stranger, enqueued):
    say(consultation, GRAPES)

    answer = sign_in(stranger).get(address(consultation))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "포도" not in answer.content.decode()


def test_a_visitor_sees_no_card(client, consultation):
    assert client.get(address(consultation)).status_code == 401
