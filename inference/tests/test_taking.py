"""What to take along to the clinic: with every triage event, by the kind of danger."""

import pytest

from chat import services as chat_services
from chat.models import Event
from inference.taking import ALWAYS, FIRST, take_along
from inference.triage.rules import load_rules

WRAPPER = "포장지나 남은 것 (식물이면 잎이나 사진)"
GENERAL = "증상이 시작된 시각과 횟수를 적은 메모"


def rule_of(kind: str) -> str:
    return next(rule.id for rule in load_rules().rules if rule.advice == kind)


@pytest.mark.parametrize("kind", list(FIRST))
def test_every_kind_of_danger_that_has_its_own_list_is_in_the_book(kind):
    taken = take_along([rule_of(kind)])

    assert taken == [str(line) for line in (*FIRST[kind], *ALWAYS)]


@pytest.mark.django_db
@pytest.mark.parametrize("rules", [[], ["unheard_of"]], ids=["no finding", "unknown rule"])
def test_where_the_kind_is_not_known_the_general_list_is_given(rules):
    taken = take_along(rules)

    assert taken[0] == GENERAL
    assert WRAPPER not in taken


def test_two_dangers_bring_both_lists_and_no_line_twice():
    taken = take_along([rule_of("poison"), rule_of("bleed"), rule_of("poison")])

    assert taken[0] == WRAPPER
    assert str(FIRST["bleed"][0]) in taken
    assert len(taken) == len(set(taken))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "first"),
    [("강아지가 포도를 먹었어요", WRAPPER), ("강아지가 숨을 못 쉬어요", GENERAL)],
    ids=["poison", "breath"],
)
def test_the_triage_event_carries_what_to_take(consultation, enqueued, text, first):
    chat_services.send_message(consultation=consultation, author=consultation.owner, text=text)

    taken = Event.objects.get(kind="triage").payload["take"]

    assert taken[0] == first
    assert taken[-1] == "이동장이나 목줄"
