"""GET /api/v1/clinics: what an app gets, what it is refused, and what is never kept."""

import logging
import subprocess
import sys

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from drmaum.stack import product
from inference.tests.clinics import clinic, mark

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/clinics"
HERE = {"latitude": "37.5", "longitude": "127.0"}


def test_a_clinic_is_told_with_all_that_an_owner_needs(api):
    mark(clinic("A", name="병원", phone="02-123-4567", latitude=37.51, longitude=127.0), "night")

    answer = api.get(ADDRESS, HERE | {"species": "rabbit"})

    assert answer.status_code == 200
    assert answer.json() == {
        "clinics": [
            {
                "key": "A",
                "name": "병원",
                "phone": "02-123-4567",
                "phone_url": "tel:021234567",
                "address": "서울특별시 강남구 테헤란로 1 (역삼동)",
                "latitude": 37.51,
                "longitude": 127.0,
                "map_url": "https://map.kakao.com/link/map/%EB%B3%91%EC%9B%90,37.51,127.0",
                "metres": 1112,
                "is_open_24h": False,
                "is_exotic": False,
                "hours_known": False,
                "notes": [
                    "특수동물 진료 여부를 전화로 먼저 확인하세요",
                    "야간 진료를 하는 곳이지만 시간은 병원마다 달라요. 먼저 전화하세요.",
                ],
                "marks": [
                    {
                        "kind": "night",
                        "label": "야간 진료",
                        "source": "전화 확인",
                        "noted_on": "2026-06-16",
                    }
                ],
                "as_of": "2026-06-16",
                "source": "등록부",
            }
        ]
    }


def test_a_place_goes_before_a_position(api):
    clinic("A")
    clinic("B", address="경기도 수원시 영통구 도청로 6")

    answer = api.get(ADDRESS, HERE | {"place": "수원 영통"})

    assert [(one["key"], one["metres"]) for one in answer.json()["clinics"]] == [("B", None)]


def test_as_many_come_as_asked_for(api):
    for number in range(7):
        clinic(str(number))

    assert len(api.get(ADDRESS, HERE).json()["clinics"]) == 5
    assert len(api.get(ADDRESS, HERE | {"limit": 7}).json()["clinics"]) == 7


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"latitude": "서울", "longitude": "127"}, "latitude", "위치는 숫자로 보내 주세요"),
        ({"latitude": "", "longitude": "127"}, "body", "위도와 경도를 함께"),
        ({"latitude": "nan", "longitude": "127"}, "latitude", "위치는 숫자로 보내 주세요"),
        ({"latitude": "37.5", "longitude": "inf"}, "longitude", "위치는 숫자로 보내 주세요"),
        ({"latitude": "127", "longitude": "37.5"}, "latitude", "한국 안의 위치"),
        ({"latitude": "37.5"}, "body", "위도와 경도를 함께"),
        ({}, "body", "위도와 경도를 함께"),
        ({"place": " "}, "body", "위도와 경도를 함께"),
        (HERE | {"limit": "0"}, "limit", "1"),
        (HERE | {"limit": "21"}, "limit", "20"),
        (HERE | {"species": "cow"}, "species", "고를 수 있는 값"),
        (HERE | {"place": "가" * 61}, "place", "60"),
        (HERE | {"radius": "1"}, "radius", "알 수 없는 항목"),
    ],
    ids=[
        "no number", "empty", "NaN", "infinity", "swapped", "one alone", "nothing", "blank place",
        "none", "too many", "species", "long place", "unknown",
    ],
)  # fmt: skip
def test_a_bad_question_is_refused_in_korean(api, given, field, message):
    answer = api.get(ADDRESS, given)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert message in answer.json()["fields"][field][0]["message"]


@pytest.mark.parametrize(
    ("place", "status", "code"),
    [
        ("동", 400, "place_too_short"),
        ("평양", 404, "place_unknown"),
        ("가\x00나", 400, "invalid_input"),
    ],
)
def test_a_place_that_tells_nothing_is_refused(api, place, status, code):
    answer = api.get(ADDRESS, {"place": place})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_visitor_finds_clinics_without_signing_in():
    clinic("A")

    answer = APIClient().get(ADDRESS, HERE)

    assert [one["key"] for one in answer.json()["clinics"]] == ["A"]


def test_visitors_who_ask_without_end_are_held_back_and_owners_are_not(api, monkeypatch):
    monkeypatch.setattr("inference.clinic_views.VisitorThrottle.rate", "2/min", raising=False)
    visitor = APIClient()

    asked = [visitor.get(ADDRESS, HERE).status_code for _ in range(3)]

    assert asked == [200, 200, 429]
    assert [api.get(ADDRESS, HERE).status_code for _ in range(3)] == [200, 200, 200]


def test_the_position_is_kept_nowhere(api, caplog):
    with caplog.at_level(logging.DEBUG):
        answer = api.get(ADDRESS, {"latitude": "37.5123987", "longitude": "127.0456987"})
        api.get(ADDRESS, {"latitude": "95.5123987", "longitude": "127.0456987"})

    assert answer["Cache-Control"] == "no-store"
    assert "5123987" not in caplog.text
    assert "0456987" not in caplog.text


def test_the_web_process_writes_no_addresses():
    """Its server would log every address, and with it where an owner is."""
    (web,) = (one for one in product.programs("127.0.0.1", 8000) if one.name == "web")

    assert web.argv[web.argv.index("-v") + 1] == "0"
    assert "--access-log" not in web.argv


def test_the_web_process_needs_no_map_library():
    code = (
        "import django, sys; django.setup(); import drmaum.urls, inference.admin;"
        " sys.exit('pyproj' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, check=False, env={
        "DJANGO_SETTINGS_MODULE": "drmaum.settings", "SECRET_KEY": "x",
    })  # fmt: skip

    assert done.returncode == 0
