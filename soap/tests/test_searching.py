"""Search in notes: forgiving like the search in what was said, and only what an owner can read."""

import pytest

from chat import services
from chat.searching import QueryUnfit
from profiles.services import archive_pet
from soap import reviewing, searching, tasks
from soap.models import Section
from soap.tests.notes import make_note, make_vet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr(tasks.embed_note, "delay", lambda _job: None)


@pytest.fixture
def note(consultation):
    return make_note(consultation)


@pytest.fixture
def found(owner):
    def ask(query, **more):
        return searching.search(user=owner, query=query, **more)

    return ask


@pytest.mark.parametrize("query", ["토했", "노란토", "토 했어요", "위장문제", "물을 조금"])
def test_spacing_and_endings_are_forgiven_in_notes_too(note, found, query):
    assert [one.note for one in found(query)] == [note]


def test_the_part_is_named_and_the_words_are_marked(note, found):
    [one] = found("위장문제")
    (start, end), *_ = one.marks
    assert one.heading == "살펴볼 점"
    assert one.snippet[start:end] == "위장 문제"


def test_words_that_stand_in_no_note_are_not_found(note, found):
    assert found("골절") == []
    assert found("토했 골절") == []
    with pytest.raises(QueryUnfit):
        found("%")


def test_a_query_is_no_pattern(note, found):
    Section.objects.filter(note=note, kind="S").update(text="밥을 100 그램 먹어요")
    assert found("1.0") == []
    assert found("(밥|물)+") == []
    assert len(found("100_그램 🐶")) == 1


def test_a_vets_words_are_found_once_signed_and_never_before(note, found):
    vet = make_vet("마음")
    reviewing.open_note(note=note, vet=vet)
    section = Section.objects.get(note=note, kind="A")
    reviewing.edit(section=section, text="췌장염 의심", vet=vet, read_version=section.version)
    assert found("췌장염") == []

    note.refresh_from_db()
    reviewing.approve(note=note, vet=vet, read_version=note.version)
    assert len(found("췌장염")) == 1


def test_an_amendment_takes_the_place_of_what_was_signed(note, found):
    vet = make_vet("마음")
    opened = reviewing.open_note(note=note, vet=vet)
    reviewing.approve(note=note, vet=vet, read_version=opened.version)
    section = Section.objects.get(note=note, kind="A")
    reviewing.amend(section=section, text="췌장염일 수 있어요", reason="검사 뒤", vet=vet)
    assert len(found("췌장염")) == 1
    assert found("위장 문제") == []


def test_nobody_finds_anothers_notes_nor_those_of_a_pet_that_left(
    note, found, owner, cat, stranger, sign_in, enqueued
):
    other = make_note(services.open_consultation(owner=owner, pet=cat))
    assert sign_in(stranger).get("/api/v1/search/notes", {"q": "토했"}).json() == []
    assert [one.note for one in found("토했")] == [other, note]
    assert [one.note for one in found("토했", pet=cat.pk)] == [other]
    archive_pet(pet=cat)
    assert [one.note for one in found("토했")] == [note]


def test_nobody_s_notes_are_compared_but_one_s_own(note, owner):
    plan = searching._likely(owner, ["토했"], None).explain()
    compared = [line for line in plan.splitlines() if "~*" in line]
    assert compared
    assert all("CASE WHEN" in line for line in compared)


def test_notes_are_found_over_rest(api, note):
    [one] = api.get("/api/v1/search/notes", {"q": "토했"}).json()
    assert (one["note"], one["pet"]) == (str(note.pk), "보리")
    (start, end), *_ = one["marks"]
    assert one["snippet"][start:end] == "토를 하루 세 번 했"


@pytest.mark.parametrize("query", ["", "!!", "가" * 101, "토\x00했", "😭"])
def test_a_query_that_is_none_is_a_sentence(api, query):
    answer = api.get("/api/v1/search/notes", {"q": query})
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_a_search_asks_little_however_many_notes(found, owner, dog, django_assert_max_num_queries):
    for _number in range(6):
        make_note(services.open_consultation(owner=owner, pet=dog))
    with django_assert_max_num_queries(3):
        assert len(found("토했")) == 6


def test_the_history_tells_each_note_in_a_line_and_finds_in_notes(client, note, owner):
    client.force_login(owner)
    note.keywords = {"주증상": "구토", "기간": "어제부터"}
    note.save()
    services.Consultation.objects.update(head_seq=1)
    page = client.get("/history").content.decode()
    assert "구토 · 어제부터" in page
    assert f"/consultations/{note.consultation_id}/export?as=pdf" in page
    page = client.get("/history", {"q": "위장문제"}).content.decode()
    assert "<mark>위장 문제</mark>" in page
    assert f"/notes/{note.pk}" in page
    assert "찾지 못했어요" not in page
