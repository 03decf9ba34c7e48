"""The medical history of a pet over REST."""

import pytest

from profiles import services
from profiles.models import MedicalRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(dog):
    return f"/api/v1/pets/{dog.pk}/records"


@pytest.fixture
def vaccination():
    return {
        "kind": "vaccine",
        "title": "종합백신 3차",
        "notes": "부작용 없음",
        "happened_on": "2025-05-02",
    }


def test_a_record_is_added(api, url, dog, vaccination):
    answer = api.post(url, vaccination)

    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {*vaccination, "id", "created_at"}
    assert {name: body[name] for name in vaccination} == vaccination
    assert MedicalRecord.objects.get().pet == dog


def test_records_are_listed_newest_first_of_this_pet_only(api, url, dog, cat):
    for pet, title in ((dog, "첫째"), (cat, "다른 아이"), (dog, "둘째")):
        services.add_record(pet=pet, facts={"kind": "visit", "title": title})

    titles = [record["title"] for record in api.get(url).json()["results"]]

    assert titles == ["둘째", "첫째"]


def test_a_record_is_deleted(api, url, vaccination, refused):
    record = api.post(url, vaccination).json()["id"]

    assert api.delete(f"{url}/{record}").status_code == 204

    assert not MedicalRecord.objects.exists()
    refused(api.delete(f"{url}/{record}"), 404, "not_found")


def test_a_record_is_not_reached_through_another_pet(api, url, cat, vaccination, refused):
    record = api.post(url, vaccination).json()["id"]

    refused(api.delete(f"/api/v1/pets/{cat.pk}/records/{record}"), 404, "not_found")
    assert MedicalRecord.objects.count() == 1


def test_a_pet_put_away_takes_no_more_records(api, url, dog, vaccination, refused):
    services.archive_pet(pet=dog)

    refused(api.post(url, vaccination), 404, "not_found")
    refused(api.get(url), 404, "not_found")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "gossip"),
        ("kind", None),
        ("title", ""),
        ("title", "   "),
        ("title", "\u200b"),
        ("title", "가" * 121),
        ("title", "a\x00b"),
        ("notes", "가" * 2001),
        ("notes", "\x00"),
        ("happened_on", "2025-02-30"),
        ("happened_on", "어제"),
    ],
)
def test_a_bad_record_is_refused_by_field(api, url, vaccination, refused, field, value):
    refused(api.post(url, vaccination | {field: value}), 400, "invalid_input", field)

    assert not MedicalRecord.objects.exists()


@pytest.mark.parametrize("pk", ["0", "9223372036854775808", "9" * 40])
def test_a_record_number_out_of_range_is_not_found(owner, sign_in, url, refused, pk):
    api = sign_in(owner)
    api.raise_request_exception = False

    refused(api.delete(f"{url}/{pk}"), 404, "not_found")
