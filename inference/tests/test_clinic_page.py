"""/clinics: for everybody, by a typed place, without JavaScript."""

import re

import pytest
from django.test import Client

from inference.tests.clinics import clinic, mark

pytestmark = pytest.mark.django_db


def look(**given):
    answer = Client().get("/clinics", given)
    return answer, re.sub(r"\s+", " ", answer.content.decode())


def test_a_visitor_gets_the_form_the_source_and_its_day():
    clinic("A", source="등록부")

    answer, shown = look()

    assert answer.status_code == 200
    assert "출발하기 전에 먼저 전화하세요" in shown
    assert "등록부, 2026-06-16 기준" in shown
    assert "바뀐 곳이 있을 수 있어요. 가기 전에 꼭 전화하세요." in shown
    assert '<option value="dog" selected>' in shown
    assert "A동물병원" not in shown


def test_without_a_register_the_page_stands():
    answer, shown = look()

    assert answer.status_code == 200
    assert "기준" not in shown


def test_a_place_lists_its_clinics_to_be_called():
    mark(clinic("A", phone="02-123-4567"), "open_24h")
    clinic("B", address="경기도 수원시 영통구 도청로 6")

    answer, shown = look(place="강남구 역삼동", species="dog")

    assert answer.status_code == 200
    assert 'href="tel:021234567"' in shown
    assert "24시간 진료" in shown
    assert "B동물병원" not in shown
    assert re.search(
        r'href="https://map\.kakao\.com/link/map/[^"]+" target="_blank" rel="noopener"', shown
    )
    assert answer["Cache-Control"] == "no-store"


def test_a_clinic_without_telephone_and_known_hours_says_so():
    clinic("A", phone="")

    _, shown = look(place="강남구", species="rabbit")

    assert "등록된 전화번호가 없어요" in shown
    assert "tel:" not in shown
    assert "진료 시간은 전화로 확인하세요" in shown
    assert "특수동물 진료 여부를 전화로 먼저 확인하세요" in shown
    assert '<option value="rabbit" selected>' in shown


@pytest.mark.parametrize(
    ("given", "status", "message"),
    [
        ({"place": "평양"}, 404, "그 지역의 동물병원을 찾지 못했어요"),
        ({"place": ""}, 400, "지역 이름을 두 글자 이상으로"),
        ({"place": "가\x00나"}, 400, "읽을 수 없는 글자"),
        ({"place": "강남", "species": "cow"}, 400, "고를 수 있는 값"),
    ],
    ids=["unknown", "empty", "unreadable", "species"],
)
def test_a_place_that_is_not_found_is_told_in_korean(given, status, message):
    answer, shown = look(**given)

    assert answer.status_code == status
    assert message in shown
    assert "동네 이름으로 찾기" in shown


def test_what_was_typed_comes_back_as_text():
    _, shown = look(place='"><script>alert(1)</script>')

    assert "<script>alert" not in shown


def test_the_page_is_linked_for_visitors_and_owners(owner):
    signed_in = Client()
    signed_in.force_login(owner)

    assert 'href="/clinics"' in Client().get("/").content.decode()
    assert 'href="/clinics"' in signed_in.get("/home").content.decode()


def test_the_consultation_page_knows_the_species(owner, consultation):
    signed_in = Client()
    signed_in.force_login(owner)

    shown = signed_in.get(f"/consultations/{consultation.pk}").content.decode()

    assert '<input type="hidden" name="species" value="dog" />' in shown
    assert "위치는 이번 검색에만 쓰고 저장하지 않아요." in shown
