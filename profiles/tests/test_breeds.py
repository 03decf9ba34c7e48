"""Breeds by Korean names, ages in place of birthdays, and the short form of a new pet."""

from datetime import date

import pytest

from profiles import ages, breeds
from profiles.models import Pet, Species

FACTS = {"name": "보리", "species": "dog", "sex": "male"}


@pytest.mark.parametrize(
    ("species", "part", "first"),
    [
        ("dog", "말티", "말티즈"),
        ("dog", "비숑프", "비숑 프리제"),
        ("dog", "리트", "골든 리트리버"),
        ("dog", " 코 기 ", "웰시 코기"),
        ("dog", "요키", "요크셔 테리어"),
        ("cat", "코숏", "코리안 숏헤어"),
        ("cat", "숏헤어", "코리안 숏헤어"),
        ("bird", "잉꼬", "사랑앵무"),
    ],
)
def test_a_breed_is_found_by_part_of_a_name_however_it_is_spaced(species, part, first):
    found = [breed.name for breed in breeds.find(species, part)]
    assert first in found[:3]


def test_what_begins_with_the_part_comes_first():
    names = [breed.name for breed in breeds.find("dog", "푸들")]
    assert names[0] == "푸들"
    assert "스탠더드 푸들" in names


def test_nothing_is_found_among_other_species_or_by_nothing():
    assert breeds.find("cat", "말티즈") == []
    assert breeds.find("dog", "  ") == []
    assert breeds.find("dragon", "말티즈") == []


def test_every_species_has_breeds_and_each_name_is_one_of_a_kind():
    assert set(breeds.by_species()) == set(Species.values)
    for found in breeds.by_species().values():
        names = [name for breed in found for name in (breed.name, *breed.also)]
        assert len(names) == len(set(names))
        assert all(len(name) <= 60 for name in names)


@pytest.mark.parametrize(
    ("species", "typed", "kept"),
    [
        ("dog", "비숑", "비숑 프리제"),
        ("dog", "비숑프리제", "비숑 프리제"),
        ("cat", "코숏", "코리안 숏헤어"),
        ("dog", "우리 동네 개", "우리 동네 개"),
        ("dog", "", ""),
    ],
)
def test_another_spelling_becomes_the_usual_one(species, typed, kept):
    assert breeds.named(species, typed) == kept


@pytest.mark.parametrize(
    ("today", "years", "months", "born"),
    [
        (date(2026, 11, 20), 3, 2, date(2023, 9, 20)),
        (date(2026, 1, 31), 0, 2, date(2025, 11, 30)),
        (date(2024, 2, 29), 1, 0, date(2023, 2, 28)),
        (date(2026, 1, 15), 0, 1, date(2025, 12, 15)),
        (date(2026, 1, 15), 2, 0, date(2024, 1, 15)),
    ],
)
def test_an_age_gives_a_birthday(today, years, months, born):
    assert ages.born(years=years, months=months, today=today) == born


@pytest.mark.parametrize(
    ("born", "is_about", "said"),
    [
        (date(2023, 9, 20), False, "3살 2개월"),
        (date(2023, 11, 20), True, "약 3살"),
        (date(2026, 6, 20), False, "5개월"),
        (date(2026, 11, 3), True, "생후 2주"),
        (date(2026, 11, 20), False, "갓 태어났어요"),
        (None, False, ""),
    ],
)
def test_an_age_in_words(born, is_about, said):
    pet = Pet(birth_date=born, is_birth_date_approximate=is_about)
    assert ages.in_words(pet, date(2026, 11, 20)) == said


@pytest.fixture
def web(client, owner):
    client.force_login(owner)
    return client


@pytest.mark.django_db
def test_an_age_is_enough_for_the_form(web, time_machine):
    time_machine.move_to("2026-11-20T03:00:00+00:00")
    given = {"age_years": "3", "age_months": "2", "breed": "코기"}
    assert web.post("/pets/new", FACTS | given).status_code == 302
    pet = Pet.objects.get()
    assert (pet.birth_date, pet.is_birth_date_approximate) == (date(2023, 9, 20), True)
    assert pet.breed == "웰시 코기"


@pytest.mark.django_db
def test_a_birthday_that_was_given_counts_more_than_an_age(web):
    web.post("/pets/new", FACTS | {"age_years": "9", "birth_date": "2024-05-05"})
    assert Pet.objects.get().birth_date == date(2024, 5, 5)


@pytest.mark.django_db
def test_an_age_takes_the_place_of_a_birthday_that_was_left_as_it_was(web, dog, time_machine):
    time_machine.move_to("2026-11-20T03:00:00+00:00")
    web.post(f"/pets/{dog.pk}", FACTS | {"birth_date": str(dog.birth_date), "age_years": "7"})
    dog.refresh_from_db()
    assert dog.birth_date == date(2019, 11, 20)


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "value"), [("age_years", "120"), ("age_months", "12")])
def test_an_impossible_age_is_shown_at_its_field(web, field, value):
    answer = web.post("/pets/new", FACTS | {field: value})
    assert list(answer.context["form"].errors) == [field]
    (part,) = [one for one in answer.context["form"].parts if one["is_open"]]
    assert field in part["names"]


@pytest.mark.django_db
def test_every_field_of_the_form_is_on_the_page_once(web):
    page = web.get("/pets/new")
    body = page.content.decode()
    for name in page.context["form"].fields:
        assert body.count(f'name="{name}"') == 1, name
    offered = " ".join(body.split())
    assert 'value="비숑 프리제" data-species="dog" label="비숑, 비숑프리제"' in offered
