"""Pets over REST: registered, read, changed, put away, erased; never another owner's."""

import uuid

import pytest

from profiles import services
from profiles.models import MedicalRecord, Pet

pytestmark = pytest.mark.django_db
URL = "/api/v1/pets"


@pytest.fixture
def foreign_pet(stranger):
    return services.register_pet(owner=stranger, facts={"name": "남의집", "species": "dog"})


@pytest.fixture
def foreign_record(foreign_pet):
    return services.add_record(pet=foreign_pet, facts={"kind": "visit", "title": "비밀 방문"})


def test_a_pet_is_registered_with_all_its_facts(api, owner):
    facts = {
        "name": "나비",
        "species": "cat",
        "breed": "코리안 숏헤어",
        "birth_date": "2020-03-01",
        "is_birth_date_approximate": True,
        "sex": "female",
        "is_neutered": True,
        "weight_kg": "4.25",
        "allergies": ["닭고기"],
        "conditions": ["만성 신장병"],
        "medicines": ["아조딜"],
    }

    answer = api.post(URL, facts)

    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {*facts, "id", "created_at"}
    assert {name: body[name] for name in facts} == facts
    assert Pet.objects.get(pk=body["id"]).owner == owner


def test_name_and_species_are_enough(api):
    body = api.post(URL, {"name": "코코", "species": "bird"}).json()

    assert (body["sex"], body["is_neutered"], body["weight_kg"]) == ("unknown", None, None)
    assert (body["birth_date"], body["allergies"]) == (None, [])


def test_a_registered_pet_belongs_to_who_registered_it(api, owner, stranger):
    forged = {"name": "보리", "species": "dog", "owner": str(stranger.pk), "id": str(uuid.uuid4())}

    body = api.post(URL, forged).json()

    assert body["id"] != forged["id"]
    assert Pet.objects.get().owner == owner


def test_a_name_is_stored_composed_and_without_invisible_signs(api):
    decomposed = "\u1107\u1169\u1105\u1175"

    body = api.post(URL, {"name": f" \u202e{decomposed}\u200b ", "species": "dog"}).json()

    assert body["name"] == "보리"


def test_the_list_shows_own_pets_newest_first(api, dog, cat, foreign_pet):
    body = api.get(URL).json()

    assert [pet["name"] for pet in body["results"]] == ["나비", "보리"]


def test_the_list_comes_in_pages_that_lose_no_pet(api, owner):
    for number in range(5):
        services.register_pet(owner=owner, facts={"name": f"{number}호", "species": "dog"})
    names, url = [], f"{URL}?page_size=2"
    while url:
        page = api.get(url).json()
        assert len(page["results"]) <= 2
        names += [pet["name"] for pet in page["results"]]
        url = page["next"]

    assert names == ["4호", "3호", "2호", "1호", "0호"]


@pytest.mark.parametrize("cursor", ["x", "cD1qdW5r", "cD0lMDA=", "bz0tMQ==", "한글"])
def test_a_made_up_cursor_is_no_server_error(owner, sign_in, dog, cursor):
    """Among them p=junk, p=NUL and o=-1 in base64."""
    api = sign_in(owner)
    api.raise_request_exception = False

    answer = api.get(URL, {"cursor": cursor})

    assert answer.status_code in (200, 400, 404)


def test_one_pet_is_read(api, dog):
    body = api.get(f"{URL}/{dog.pk}").json()

    assert (body["id"], body["name"], body["weight_kg"]) == (str(dog.pk), "보리", "4.00")


def test_one_fact_is_changed_and_the_others_stay(api, dog):
    answer = api.patch(f"{URL}/{dog.pk}", {"weight_kg": "4.60"})

    assert answer.status_code == 200
    assert (answer.json()["weight_kg"], answer.json()["breed"]) == ("4.60", "말티즈")
    dog.refresh_from_db()
    assert (str(dog.weight_kg), dog.name) == ("4.60", "보리")


def test_a_change_of_nothing_changes_nothing(api, dog):
    before = api.get(f"{URL}/{dog.pk}").json()

    answer = api.patch(f"{URL}/{dog.pk}", {})

    assert (answer.status_code, answer.json()) == (200, before)


def test_a_refused_change_stores_nothing(api, dog, refused):
    answer = api.patch(f"{URL}/{dog.pk}", {"name": "새이름", "weight_kg": "-1"})

    refused(answer, 400, "invalid_input", "weight_kg")
    dog.refresh_from_db()
    assert dog.name == "보리"


def test_a_pet_cannot_be_given_away(api, dog, stranger, owner):
    api.patch(f"{URL}/{dog.pk}", {"owner": str(stranger.pk)})

    dog.refresh_from_db()
    assert dog.owner == owner


def test_a_pet_is_put_away_without_being_erased(api, dog, refused):
    answer = api.post(f"{URL}/{dog.pk}/archive")

    assert (answer.status_code, answer.content) == (204, b"")
    assert api.get(URL).json()["results"] == []
    refused(api.get(f"{URL}/{dog.pk}"), 404, "not_found")
    refused(api.post(f"{URL}/{dog.pk}/archive"), 404, "not_found")
    assert Pet.objects.get().archived_at


def test_a_deleted_pet_is_erased(api, dog, refused):
    answer = api.delete(f"{URL}/{dog.pk}")

    assert (answer.status_code, answer.json()["kind"]) == (202, "pet")
    refused(api.delete(f"{URL}/{dog.pk}"), 404, "not_found")
    assert not Pet.objects.exists()


def test_replacing_a_whole_pet_is_not_offered(api, dog, refused):
    refused(api.put(f"{URL}/{dog.pk}", {"name": "x"}), 405, "method_not_allowed")


@pytest.mark.parametrize("method", ["get", "head", "patch", "delete"])
def test_a_foreign_pet_is_not_there(api, foreign_pet, method):
    answer = getattr(api, method)(f"{URL}/{foreign_pet.pk}", {"name": "가로챈이름"})

    assert answer.status_code == 404
    foreign_pet.refresh_from_db()
    assert (foreign_pet.name, foreign_pet.archived_at) == ("남의집", None)


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_a_foreign_and_an_unknown_pet_look_the_same(api, foreign_pet, refused, method):
    foreign = getattr(api, method)(f"{URL}/{foreign_pet.pk}")
    unknown = getattr(api, method)(f"{URL}/{uuid.uuid4()}")

    assert refused(foreign, 404, "not_found") == refused(unknown, 404, "not_found")


def test_no_record_is_added_to_a_foreign_pet(api, foreign_pet, refused):
    answer = api.post(f"{URL}/{foreign_pet.pk}/records", {"kind": "visit", "title": "x"})

    refused(answer, 404, "not_found")
    assert not MedicalRecord.objects.exists()


def test_the_records_of_a_foreign_pet_are_not_there(api, foreign_record, refused):
    refused(api.get(f"{URL}/{foreign_record.pet_id}/records"), 404, "not_found")


def test_a_foreign_record_is_not_deleted_by_either_address(api, dog, foreign_record, refused):
    for pet in (foreign_record.pet_id, dog.pk):
        answer = api.delete(f"{URL}/{pet}/records/{foreign_record.pk}")
        refused(answer, 404, "not_found")

    assert MedicalRecord.objects.count() == 1


def test_an_address_that_is_no_pet_has_the_error_shape(api, refused):
    refused(api.get(f"{URL}/not-a-uuid"), 404, "not_found")
