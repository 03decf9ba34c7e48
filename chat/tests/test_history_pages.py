"""The history: pins, filters, and search that forgives spacing, particles and endings."""

import pytest

from chat import pinning, searching, services
from chat.models import Consultation
from chat.searching import patterns_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def say(owner, enqueued):
    def said(consultation, text):
        return services.send_message(consultation=consultation, author=owner, text=text)

    return said


@pytest.fixture
def page(client, owner):
    client.force_login(owner)
    return client


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("토했", "어제 노란 토를 했어요"),
        ("토했어요", "노란 토를 두 번 했어요"),
        ("토 했어요", "토했는데 괜찮을까요"),
        ("슬개골탈구", "슬개골 탈구 2기래요"),
        ("슬개골 탈구", "슬개골탈구라고 했어요"),
        ("기침해요", "밤마다 기침을 하더니"),
        ("기침하", "기침이 심해요"),
        ("밥을 안먹어요", "밥 안 먹고 누워 있어요"),
        ("DHPPL", "dhppl 접종을 했어요"),
    ],
)
def test_spacing_particles_and_endings_are_forgiven(say, owner, consultation, query, text):
    message = say(consultation, text)
    assert list(searching.search(user=owner, query=query)) == [message]


@pytest.mark.parametrize("query", ["설사", "토끼", "100%", "_", "가\\d"])
def test_what_was_not_said_is_not_found(say, owner, consultation, query):
    say(consultation, "어제 노란 토를 했어요 100번")
    if not any(one.isalnum() for one in query):
        with pytest.raises(searching.QueryUnfit):
            searching.search(user=owner, query=query)
        return
    found = searching.search(user=owner, query=query)
    assert found.count() == (1 if query == "100%" else 0)


def test_a_hostile_query_costs_no_time_and_breaks_nothing(say, owner, consultation):
    say(consultation, "가" * 4000)
    for query in ("가" * 100, "(a+)+$", "가을를" * 30):
        assert searching.search(user=owner, query=query).count() in (0, 1)
    assert all(len(one) < 4000 for one in patterns_of("가" * 100))


def test_nobody_finds_another_s_words(say, sign_in, stranger, api, consultation):
    message = say(consultation, "노란 토를 했어요")
    [found] = api.get("/api/v1/search", {"q": "토했"}).json()["results"]
    assert found["message"] == str(message.pk)
    (start, end), *_ = found["marks"]
    assert found["snippet"][start:end] == "토를 했"
    assert sign_in(stranger).get("/api/v1/search", {"q": "토했"}).json()["results"] == []


def test_nobody_s_words_are_compared_but_one_s_own(owner):
    """Else a search is as slow as all owners together have said much."""
    plan = searching.search(user=owner, query="토했어요 설사").explain()
    compared = [line for line in plan.splitlines() if "~*" in line]
    assert compared
    assert all("CASE WHEN" in line for line in compared)


@pytest.mark.parametrize("query", ["", " ", "가" * 101, "!!", "\x00"])
def test_a_query_that_is_none_is_a_sentence(api, query):
    answer = api.get("/api/v1/search", {"q": query})
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_search_keeps_to_one_pet_and_leaves_out_those_that_left(say, api, owner, consultation, cat):
    from profiles.services import archive_pet

    other = services.open_consultation(owner=owner, pet=cat)
    say(consultation, "설사를 해요")
    say(other, "설사를 했어요")

    def found(**more):
        return len(api.get("/api/v1/search", {"q": "설사", **more}).json()["results"])

    assert (found(), found(pet=str(cat.pk))) == (2, 1)
    archive_pet(pet=cat)
    assert found() == 1


def test_pinned_ones_stand_first_and_come_down_again(say, api, consultation):
    say(consultation, "설사를 해요")
    address = f"/api/v1/consultations/{consultation.pk}/pin"
    first = api.post(address, {"is_pinned": True}).json()["pinned_at"]
    assert api.post(address, {"is_pinned": True}).json()["pinned_at"] == first
    listed = api.get("/api/v1/consultations", {"is_pinned": "true"}).json()["results"]
    assert [one["id"] for one in listed] == [str(consultation.pk)]
    assert api.post(address, {"is_pinned": False}).json()["pinned_at"] is None
    assert api.get("/api/v1/consultations", {"is_pinned": "true"}).json()["results"] == []


def test_the_list_is_filtered(api, owner, consultation, cat):
    other = services.open_consultation(owner=owner, pet=cat)
    Consultation.objects.filter(pk=other.pk).update(urgency="urgent")
    services.end_consultation(consultation=other, ending="owner")

    def listed(**asked):
        return {one["id"] for one in api.get("/api/v1/consultations", asked).json()["results"]}

    assert listed(pet=str(cat.pk)) == listed(urgency="urgent") == {str(other.pk)}
    assert listed(is_open="true") == {str(consultation.pk)}
    assert api.get("/api/v1/consultations", {"urgency": "high"}).status_code == 400
    [shown] = api.get("/api/v1/consultations", {"urgency": "urgent"}).json()["results"]
    assert (shown["pet_name"], shown["species"]) == ("나비", "cat")


def test_a_long_list_asks_as_little_as_a_short_one(api, owner, dog, django_assert_max_num_queries):
    for _number in range(5):
        services.open_consultation(owner=owner, pet=dog)
    with django_assert_max_num_queries(4):
        assert len(api.get("/api/v1/consultations").json()["results"]) == 5


def test_a_stranger_pins_nothing(sign_in, stranger, consultation):
    address = f"/api/v1/consultations/{consultation.pk}/pin"
    assert sign_in(stranger).post(address, {"is_pinned": True}).status_code == 404


def test_the_page_shows_pins_months_and_what_was_found(say, page, consultation):
    say(consultation, "<b>설사</b>를 해요")
    assert "고정한 상담" not in page.get("/history").content.decode()
    page.post(f"/consultations/{consultation.pk}/pin", {"is_pinned": "yes"})
    assert "고정한 상담" in page.get("/history").content.decode()
    shown = page.get("/history", {"q": "설사해요"}).content.decode()
    assert "<mark>설사</mark>" in shown
    assert "&lt;b&gt;" in shown
    assert f"/consultations/{consultation.pk}#m-" in shown
    assert "찾지 못했어요" in page.get("/history", {"q": "골절"}).content.decode()
    assert page.get("/history", {"q": "!!"}).status_code == 400


def test_a_visitor_signs_in_first(client, consultation):
    assert client.get("/history").status_code == 302
    assert client.post(f"/consultations/{consultation.pk}/pin").status_code == 302


def test_the_page_asks_few_questions(say, page, owner, dog, django_assert_max_num_queries):
    for number in range(8):
        found = services.open_consultation(owner=owner, pet=dog)
        say(found, f"설사를 {number}번 했어요")
        pinning.pin(consultation=found, is_pinned=number % 2 == 0)
    with django_assert_max_num_queries(9):
        page.get("/history")
    with django_assert_max_num_queries(6):
        page.get("/history", {"q": "설사"})
