"""Clinics in a place that somebody typed: by today's and yesterday's names, whole or in part."""

import pytest

from inference.clinics.results import ASK_EXOTIC, ASK_HOURS
from inference.clinics.search import PlaceTooShort, PlaceUnknown, in_place
from inference.tests.clinics import clinic, keys, mark

pytestmark = pytest.mark.django_db

ADDRESSES = {
    "gangnam": ("서울특별시 강남구 테헤란로 1 (역삼동, 큰빌딩)", "서울특별시 강남구 역삼동 1-1"),
    "suwon": ("경기도 수원시 영통구 도청로 6", "경기도 수원시 영통구 이의동 1"),
    "jeju": ("제주특별자치도 제주시 중앙로 6", "제주특별자치도 제주시 이도이동 1"),
    "seogwipo": ("제주특별자치도 서귀포시 하효로 5", "제주특별자치도 서귀포시 하효동 28"),
    "jeonju": ("전북특별자치도 전주시 덕진구 송천중앙로 2", "전북특별자치도 전주시 덕진구 송천동 1"),
    "gwangju": ("광주광역시 남구 봉선로 1", "광주광역시 남구 봉선동 1"),
    "gwangju_gyeonggi": ("경기도 광주시 경충대로 1", "경기도 광주시 쌍령동 1"),
}  # fmt: skip


@pytest.fixture
def towns():
    for key, (address, lot_address) in ADDRESSES.items():
        clinic(key, address=address, lot_address=lot_address)


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("강남구 역삼동", ["gangnam"]),
        ("강남 역삼", ["gangnam"]),
        ("역삼1동", ["gangnam"]),
        ("테헤란로", ["gangnam"]),
        ("서울시 강남구 근처 동물병원", ["gangnam"]),
        ("수원 영통", ["suwon"]),
        ("이의동", ["suwon"]),
        ("제주시", ["jeju"]),
        ("제주", ["seogwipo", "jeju"]),
        ("전라북도 전주", ["jeonju"]),
        ("광주", ["gwangju", "gwangju_gyeonggi"]),
        ("경기 광주", ["gwangju_gyeonggi"]),
        ("남구", ["gwangju"]),
        ("강남구, (역삼동)", ["gangnam"]),
        ("강남.*", ["gangnam"]),
    ],
)
def test_a_typed_place_is_found_by_all_of_its_words(text, found):
    assert sorted(keys(in_place(text))) == sorted(found)


def test_a_whole_name_goes_before_the_beginning_of_a_longer_one():
    clinic("B", name="가", address="서울특별시 구로구 남구로 1")
    clinic("A", name="나", address="부산광역시 남구 수영로 1")
    clinic("C", name="다", address="대구광역시 남구 대명로 1")

    assert keys(in_place("남구")) == ["A", "C", "B"]


def test_in_a_place_those_known_to_be_open_come_first():
    clinic("A")
    mark(clinic("B"), "open_24h")

    assert keys(in_place("강남구")) == ["B", "A"]


def test_clinics_of_the_same_name_always_come_in_the_same_order():
    for key in "CAB":
        clinic(key, name="우리동물병원")

    assert keys(in_place("강남구", limit=2)) == ["A", "B"]


def test_a_place_knows_species_and_marks_too():
    clinic("farm", is_large_animal=True)
    clinic("closed", status="closed")
    mark(clinic("refusing"), "not_exotic")
    mark(clinic("zz"), "exotic")
    clinic("aa")

    found = in_place("강남구", species="rabbit")

    assert keys(found) == ["zz", "aa"]
    assert [one.notes for one in found] == [(ASK_HOURS,), (ASK_EXOTIC, ASK_HOURS)]
    assert [one.metres for one in found] == [None, None]
    assert keys(in_place("강남구", only="exotic")) == ["zz"]


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize("text", ["", " ", "동", "?!", "근처 동물병원", "24시 병원"])
def test_too_little_to_look_for_is_refused(text):
    with pytest.raises(PlaceTooShort) as refused:
        in_place(text)

    assert (refused.value.code, refused.value.status) == ("place_too_short", 400)


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize("text", ["평양", "강남구 서귀포시", "남남", "강남_", "%%남구__"])
def test_a_place_without_clinics_is_refused(text):
    with pytest.raises(PlaceUnknown) as refused:
        in_place(text)

    assert (refused.value.code, refused.value.status) == ("place_unknown", 404)
