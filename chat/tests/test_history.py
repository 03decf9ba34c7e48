"""Consultations, messages and events over REST: pages, cursors, and nobody else's."""

from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from chat import services
from chat.models import Consultation, Event
from profiles import services as profile_services

pytestmark = pytest.mark.django_db
BASE = "/api/v1/consultations"


@pytest.fixture
def told(say, consultation):
    """Five messages, ten events."""
    return [say(consultation, f"{number}번째 이야기예요") for number in range(1, 6)]


def events(api: APIClient, consultation: Consultation, **query: object) -> dict:
    answer = api.get(f"{BASE}/{consultation.pk}/events", query)
    assert answer.status_code == 200
    return answer.json()


def test_a_consultation_is_opened_for_a_pet(api, dog):
    answer = api.post(BASE, {"pet": str(dog.pk)})

    assert answer.status_code == 201
    body = answer.json()
    assert (body["pet"], body["title"], body["urgency"]) == (str(dog.pk), "", "")
    assert (body["head_seq"], body["ended_at"], body["ending"]) == (0, None, "")
    assert str(Consultation.objects.get().pk) == body["id"]


def test_a_consultation_is_not_opened_for_a_foreign_pet(api, foreign):
    answer = api.post(BASE, {"pet": str(foreign.pet_id)})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert Consultation.objects.get() == foreign


def test_a_consultation_is_not_opened_for_a_pet_that_was_put_away(api, dog):
    profile_services.archive_pet(pet=dog)

    assert api.post(BASE, {"pet": str(dog.pk)}).status_code == 404


def test_the_list_shows_only_mine_newest_first(api, owner, dog, consultation, foreign):
    newer = services.open_consultation(owner=owner, pet=dog)

    found = [item["id"] for item in api.get(BASE).json()["results"]]
    assert found == [str(newer.pk), str(consultation.pk)]


def test_the_list_comes_in_pages(api, owner, dog):
    opened = [str(services.open_consultation(owner=owner, pet=dog).pk) for _ in range(5)]
    first = api.get(BASE, {"page_size": 3}).json()
    second = api.get(first["next"]).json()

    found = [item["id"] for item in first["results"] + second["results"]]
    assert found == opened[::-1]
    assert second["next"] is None


@pytest.mark.parametrize("path", ["", "/messages", "/events"])
def test_a_foreign_consultation_is_not_found(api, foreign, path):
    answer = api.get(f"{BASE}/{foreign.pk}{path}")

    assert (answer.status_code, answer.json()) == (
        404,
        {"code": "not_found", "message": "찾을 수 없어요."},
    )


@pytest.mark.parametrize("path", ["", "/messages", "/events"])
def test_an_unknown_consultation_is_not_found(api, path):
    assert api.get(f"{BASE}/{uuid4()}{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "/messages", "/events"])
def test_who_is_not_signed_in_reads_nothing(consultation, path):
    answer = APIClient().get(f"{BASE}/{consultation.pk}{path}")

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_foreign_consultation_is_not_ended(api, foreign):
    assert api.post(f"{BASE}/{foreign.pk}/end").status_code == 404

    foreign.refresh_from_db()
    assert foreign.is_open


def test_ending_twice_answers_the_same(api, consultation):
    first = api.post(f"{BASE}/{consultation.pk}/end")
    again = api.post(f"{BASE}/{consultation.pk}/end")

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["ending"] == "owner"
    assert Event.objects.get().kind == "ended"


def test_messages_come_oldest_first_in_pages(api, consultation, told):
    first = api.get(f"{BASE}/{consultation.pk}/messages", {"page_size": 2}).json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()

    pages = [[item["id"] for item in page["results"]] for page in (first, second, third)]
    ids = [str(message.pk) for message in told]
    assert pages == [ids[:2], ids[2:4], ids[4:]]
    assert third["next"] is None
    assert [item["id"] for item in api.get(second["previous"]).json()["results"]] == ids[:2]


def test_a_message_that_arrives_between_two_pages_repeats_nothing(api, consultation, told, say):
    first = api.get(f"{BASE}/{consultation.pk}/messages", {"page_size": 3}).json()
    late = say(consultation, "하나 더 있어요")
    second = api.get(first["next"]).json()

    expected = [str(message.pk) for message in [*told[3:], late]]
    assert [item["id"] for item in second["results"]] == expected


def test_a_message_shows_what_it_is(api, consultation, told):
    found = api.get(f"{BASE}/{consultation.pk}/messages").json()["results"][0]

    assert found.pop("created_at")
    assert found == {
        "id": str(told[0].pk),
        "seq": 1,
        "role": "owner",
        "kind": "text",
        "status": "complete",
        "text": "1번째 이야기예요",
        "answers": None,
        "version": 1,
        "revises": None,
        "facts": {},
        "photos": [],
        "feedback": None,
    }


def test_an_invented_cursor_is_not_found(api, consultation, told):
    answer = api.get(f"{BASE}/{consultation.pk}/messages", {"cursor": "아무거나"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_events_come_from_the_beginning(api, consultation, told):
    found = events(api, consultation)

    assert found["head"] == 10
    assert [event["seq"] for event in found["events"]] == list(range(1, 11))
    assert [event["type"] for event in found["events"]] == ["message", "triage"] * 5


@pytest.mark.parametrize(("after", "expected"), [(0, 10), (7, 3), (9, 1), (10, 0), (11, 0)])
def test_events_after_a_number_are_exactly_the_rest(api, consultation, told, after, expected):
    found = events(api, consultation, after=after)

    assert [event["seq"] for event in found["events"]] == list(range(11 - expected, 11))


@pytest.mark.parametrize("after", ["-1", "", "NaN", "1.5", "²", "9" * 40, "true"])
def test_a_number_that_is_none_gets_everything(api, consultation, told, after):
    assert len(events(api, consultation, after=after)["events"]) == 10


def test_events_of_another_consultation_are_not_among_them(api, say, owner, cat, consultation):
    other = services.open_consultation(owner=owner, pet=cat)
    say(other, "다른 상담이에요")

    assert events(api, consultation) == {"head": 0, "events": []}


def test_a_ticket_lives_for_a_minute(api, owner):
    answer = api.post("/api/v1/chat/ticket")

    assert (answer.status_code, answer.json()["expires_in"]) == (201, 60)
    stored = owner.socket_tickets.get()
    assert stored.digest != answer.json()["ticket"]
    assert stored.sign_in == owner.sign_ins.get()


def test_a_stranger_gets_no_ticket(db):
    assert APIClient().post("/api/v1/chat/ticket").status_code == 401
