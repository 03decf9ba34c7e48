"""Clinics near a position: who is found, in which order, with which advice."""

import math

import pytest
from django.db import connection

from inference.clinics import loading, search
from inference.clinics.search import in_place, nearest
from inference.models import Clinic
from inference.tests.clinics import DAY, clinic, keys, mark
from profiles.models import Species

pytestmark = pytest.mark.django_db

HERE = (37.5, 127.0)
EXOTIC = ["rabbit", "hamster", "guinea_pig", "bird", "ferret", "reptile"]
ASK_HOURS = "진료 시간은 전화로 확인하세요"
ASK_EXOTIC = "특수동물 진료 여부를 전화로 먼저 확인하세요"


def north(key, kilometres, **facts):
    """A clinic so far to the north of HERE."""
    return clinic(key, latitude=37.5 + kilometres / 111.195, longitude=127.0, **facts)


def sphere(one, other):
    (lat, lng), (to_lat, to_lng) = (map(math.radians, place) for place in (one, other))
    half = math.sin((to_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(to_lat) * math.sin((to_lng - lng) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def test_the_nearest_come_first_with_their_distance():
    north("far", 30)
    north("near", 1)
    north("middle", 5)

    found = nearest(*HERE)

    assert keys(found) == ["near", "middle", "far"]
    assert [one.metres for one in found] == [1000, 5000, 30000]


def test_no_more_are_found_than_asked_for():
    for number in range(25):
        north(f"{number:02}", number)

    assert keys(nearest(*HERE, limit=2)) == ["00", "01"]
    assert len(nearest(*HERE, limit=1000)) == 20


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "closed"},
        {"status": "paused"},
        {"latitude": None, "longitude": None},
        {"is_large_animal": True},
    ],
    ids=["closed", "paused", "without coordinates", "for farm animals"],
)
@pytest.mark.parametrize("species", ["", "dog", "rabbit"])
def test_where_no_pet_can_go_is_not_found(facts, species):
    clinic("A", **facts)
    north("B", 40)

    assert keys(nearest(*HERE, species=species)) == ["B"]


def test_without_clinics_nothing_is_found():
    assert nearest(*HERE) == []


def test_equally_far_clinics_always_come_in_the_same_order():
    for key in "CAB":
        north(key, 1)

    assert keys(nearest(*HERE)) == ["A", "B", "C"]


def test_one_statement_is_enough(django_assert_num_queries):
    mark(north("A", 1), "open_24h")
    north("B", 2)

    with django_assert_num_queries(1):
        found = nearest(*HERE, species="rabbit")

    assert [one.is_open_24h for one in found] == [True, False]


def test_the_index_serves_the_search():
    loading.load_shipped()
    with connection.cursor() as cursor:
        cursor.execute("analyze inference_clinic")
    with connection.execute_wrapper(_explained):
        plan = nearest_plan()

    assert "Index Scan using clinic_near" in plan


def _explained(execute, sql, params, many, context):
    return execute(f"explain {sql}", params, many, context)


def nearest_plan():
    parameters = {
        "latitude": HERE[0], "longitude": HERE[1], "is_exotic": False, "only": "", "limit": 5,
        "candidates": search.CANDIDATES, "earth": search.EARTH_METRES, "far": 0,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(search.SQL, parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(
    "place",
    [(37.4979, 127.0276), (35.1587, 129.1604), (33.4996, 126.5312), (38.2070, 128.5918), (36.5, 127.9)],
    ids=["강남", "해운대", "제주", "속초", "the country"],
)  # fmt: skip
def test_the_order_is_that_of_the_sphere_everywhere(place):
    loading.load_shipped()
    pets = Clinic.objects.open().for_species("dog").exclude(latitude=None)

    found = nearest(*place, limit=20)

    exact = sorted((sphere(place, (one.latitude, one.longitude)), one.key) for one in pets)
    assert [one.metres for one in found] == [round(metres) for metres, _ in exact[:20]]


# --- What is said of a clinic


def test_unknown_hours_are_said_to_be_unknown():
    north("A", 1)

    (found,) = nearest(*HERE, species="dog")

    assert (found.hours_known, found.is_open_24h, found.notes) == (False, False, (ASK_HOURS,))


def test_a_clinic_that_is_open_all_day_is_flagged_with_who_says_so():
    mark(north("A", 1), "open_24h")

    (found,) = nearest(*HERE)

    assert (found.hours_known, found.is_open_24h, found.notes) == (True, True, ())
    (only,) = found.marks
    assert (only.label, only.source, only.noted_on) == ("24시간 진료", "전화 확인", DAY)


def test_of_a_clinic_that_is_open_by_night_the_hours_are_still_to_be_asked():
    mark(north("A", 1), "night")

    (found,) = nearest(*HERE)

    assert not found.hours_known
    assert found.notes == (
        "야간 진료를 하는 곳이지만 시간은 병원마다 달라요. 먼저 전화하세요.",
    )  # fmt: skip


def test_only_those_with_a_mark_can_be_asked_for():
    north("A", 1)
    mark(north("B", 2), "open_24h")
    mark(north("C", 3), "night")

    assert keys(nearest(*HERE, only="open_24h")) == ["B"]


def test_those_known_to_be_open_go_before_nearer_ones_but_not_from_far_away():
    north("near", 1)
    mark(north("open", 10), "open_24h")
    mark(north("night", 5), "night")
    mark(north("far", 30), "open_24h")

    assert keys(nearest(*HERE)) == ["open", "near", "night", "far"]


def test_an_open_clinic_behind_many_nearer_ones_is_found(monkeypatch):
    monkeypatch.setattr(search, "CANDIDATES", 3)
    for number in range(6):
        north(f"{number}", number)
    mark(north("open", 15), "open_24h")

    assert keys(nearest(*HERE, limit=2)) == ["open", "0"]


@pytest.mark.parametrize("species", EXOTIC)
def test_for_exotic_pets_those_who_see_them_come_first_and_others_must_be_asked(species):
    north("near", 1)
    mark(north("known", 10), "exotic")

    known, other = nearest(*HERE, species=species)

    assert (known.key, known.notes) == ("known", (ASK_HOURS,))
    assert (other.key, other.notes) == ("near", (ASK_EXOTIC, ASK_HOURS))


def test_every_species_that_is_no_dog_or_cat_is_exotic():
    assert set(EXOTIC) == set(Species.values) - {"dog", "cat"}


@pytest.mark.parametrize("species", ["dog", "cat"])
def test_for_dogs_and_cats_the_mark_changes_nothing(species):
    north("near", 1)
    mark(north("known", 10), "exotic")

    found = nearest(*HERE, species=species)

    assert keys(found) == ["near", "known"]
    assert [one.notes for one in found] == [(ASK_HOURS,)] * 2


def test_those_who_send_exotic_pets_away_are_not_found_for_them():
    mark(north("A", 1), "not_exotic")

    assert nearest(*HERE, species="hamster") == []
    assert keys(nearest(*HERE, species="cat")) == ["A"]


def test_an_exotic_clinic_behind_many_nearer_ones_is_found(monkeypatch):
    monkeypatch.setattr(search, "CANDIDATES", 3)
    for number in range(6):
        north(f"{number}", number)
    mark(north("known", 40), "exotic")

    assert keys(nearest(*HERE, species="bird", limit=2)) == ["known", "0"]


def test_an_exotic_clinic_at_the_other_end_of_the_country_goes_by_its_distance():
    mark(north("known", 60), "exotic")
    north("near", 1)

    assert keys(nearest(*HERE, species="bird")) == ["near", "known"]


def test_links_dial_and_show_the_spot():
    clinic("A", name="24시 A/B, 병원?", phone="02-123-4567", latitude=37.5, longitude=127.0)

    (found,) = nearest(*HERE)

    name = "24%EC%8B%9C%20A%2FB%2C%20%EB%B3%91%EC%9B%90%3F"
    assert found.phone_url == "tel:021234567"
    assert found.map_url == f"https://map.kakao.com/link/map/{name},37.5,127.0"


def test_without_phone_and_coordinates_the_links_say_less():
    clinic("A", name="병원", address="서울특별시 중구 1", latitude=None, longitude=None)

    (found,) = in_place("서울 중구")

    assert found.phone_url == ""
    assert found.map_url.startswith("https://map.kakao.com/link/search/%EC%84%9C%EC%9A%B8")
    assert found.map_url.endswith("%20%EB%B3%91%EC%9B%90")
