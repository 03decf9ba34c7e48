"""Bad facts of pets and accounts: refused by name, in one shape, and nothing is stored."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import PASSWORD
from profiles.models import Pet, User

pytestmark = pytest.mark.django_db
PETS, SIGN_UP = "/api/v1/pets", "/api/v1/auth/signup"
LONE_SURROGATE = "\ud800"
BAD_FACTS = [
    ("name", ""),
    ("name", " \u200b "),
    ("name", None),
    ("name", ["보리"]),
    ("name", "가" * 41),
    ("name", "보\x00리"),
    ("name", f"보{LONE_SURROGATE}리"),
    ("species", "dragon"),
    ("species", ""),
    ("species", None),
    ("species", ["dog"]),
    ("species", {"dog": 1}),
    ("species", "\x00"),
    ("species", LONE_SURROGATE),
    ("breed", "가" * 61),
    ("breed", LONE_SURROGATE),
    ("birth_date", "1890-01-01"),
    ("birth_date", "0001-01-01"),
    ("birth_date", "2025-02-30"),
    ("birth_date", 7),
    ("birth_date", LONE_SURROGATE),
    ("sex", "both"),
    ("is_neutered", "maybe"),
    ("is_neutered", LONE_SURROGATE),
    ("weight_kg", 0),
    ("weight_kg", "0.00"),
    ("weight_kg", -1),
    ("weight_kg", "-0.01"),
    ("weight_kg", "0.001"),
    ("weight_kg", "200.01"),
    ("weight_kg", "1e400"),
    ("weight_kg", "NaN"),
    ("weight_kg", "Infinity"),
    ("weight_kg", "무거워요"),
    ("weight_kg", LONE_SURROGATE),
    ("allergies", "닭고기"),
    ("allergies", None),
    ("allergies", {"a": 1}),
    ("allergies", ["돼지"] * 31),
    ("conditions", "심장병"),
    ("medicines", 3),
]
BAD_ITEMS = ["", "가" * 81, "닭\x00고기", LONE_SURROGATE, None, ["닭"]]


def post(api, url, facts):
    """As raw JSON: a test client refuses to write what an attacker sends."""
    api.raise_request_exception = False
    return api.post(url, json.dumps(facts), content_type="application/json")


@pytest.mark.parametrize(("field", "value"), BAD_FACTS)
def test_a_bad_fact_is_refused_by_name(api, refused, field, value):
    facts = {"name": "보리", "species": "dog"} | {field: value}

    refused(post(api, PETS, facts), 400, "invalid_input", field)

    assert not Pet.objects.exists()


@pytest.mark.parametrize("field", ["name", "species"])
def test_a_missing_fact_is_refused_by_name(api, refused, field):
    facts = {"name": "보리", "species": "dog"}
    del facts[field]

    refused(post(api, PETS, facts), 400, "invalid_input", field)


@pytest.mark.parametrize("field", ["allergies", "conditions", "medicines"])
@pytest.mark.parametrize("item", BAD_ITEMS)
def test_a_bad_item_of_a_list_is_refused_with_its_place(api, refused, field, item):
    facts = {"name": "보리", "species": "dog", field: ["괜찮은 것", item]}

    refused(post(api, PETS, facts), 400, "invalid_input", f"{field}.1")

    assert not Pet.objects.exists()


def test_a_birth_date_of_tomorrow_is_refused_and_today_is_not(api, refused):
    today = timezone.localdate()
    facts = {"name": "보리", "species": "dog"}

    tomorrow = post(api, PETS, facts | {"birth_date": str(today + timedelta(days=1))})

    body = refused(tomorrow, 400, "invalid_input", "birth_date")
    assert body["message"] == "생일을 다시 확인해 주세요."
    assert post(api, PETS, facts | {"birth_date": str(today)}).status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "가" * 40), ("weight_kg", "0.01"), ("weight_kg", 200), ("allergies", ["가" * 80])],
)
def test_the_largest_and_smallest_facts_are_taken(api, field, value):
    answer = post(api, PETS, {"name": "보리", "species": "dog"} | {field: value})

    assert answer.status_code == 201


def test_several_bad_facts_are_all_named(api, refused):
    answer = post(api, PETS, {"species": "dragon", "weight_kg": 0})

    body = refused(answer, 400, "invalid_input", "name", "species", "weight_kg")
    assert body["fields"]["name"][0]["code"] == "required"
    assert body["fields"]["species"][0]["code"] == "invalid_choice"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no-address"),
        ("email", ""),
        ("email", None),
        ("email", "a\x00@example.com"),
        ("email", f"a{LONE_SURROGATE}@example.com"),
        ("email", "a@example.com\nBcc: b@example.com"),
        ("email", "a" * 250 + "@example.com"),
        ("password", ""),
        ("password", None),
        ("password", "가" * 129),
        ("password", PASSWORD + "\x00"),
        ("password", PASSWORD + LONE_SURROGATE),
        ("name", "가" * 61),
        ("name", "\x00"),
        ("name", LONE_SURROGATE),
        ("consents", None),
        ("consents", []),
        ("consents", "yes"),
    ],
)
def test_a_bad_sign_up_is_refused_by_name(nobody, application, refused, field, value):
    answer = post(nobody, SIGN_UP, application | {field: value})

    refused(answer, 400, "invalid_input", field)
    assert not User.objects.exists()


@pytest.mark.parametrize("value", ["perhaps", None, [], {}, LONE_SURROGATE])
def test_a_consent_is_yes_or_no(nobody, application, refused, value):
    application["consents"]["terms"] = value

    refused(post(nobody, SIGN_UP, application), 400, "invalid_input", "consents.terms")
    assert not User.objects.exists()


def test_an_unknown_consent_is_refused(nobody, application, refused):
    application["consents"]["marketing"] = True

    answer = post(nobody, SIGN_UP, application)

    refused(answer, 400, "invalid_input", "consents.marketing")
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["role", "is_superuser", "message", "\x00", LONE_SURROGATE])
def test_an_unknown_field_of_a_sign_up_is_refused(nobody, application, name):
    answer = post(nobody, SIGN_UP, application | {name: True})

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_input"
    assert not User.objects.exists()


def test_fields_named_like_the_error_shape_do_not_confuse_it(nobody, application, refused):
    answer = post(nobody, SIGN_UP, application | {"code": "x", "message": "y"})

    refused(answer, 400, "invalid_input", "code", "message")
