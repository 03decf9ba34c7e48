"""The web pages of pets: registered, changed, with a medical history, only by their owner."""

from datetime import timedelta

import pytest
from django.utils import timezone

from profiles import services
from profiles.models import MedicalRecord, Pet

pytestmark = pytest.mark.django_db
FACTS = {"name": "보리", "species": "dog", "sex": "male"}


@pytest.fixture
def web(client, owner):
    """The owner's browser."""
    client.force_login(owner)
    client.raise_request_exception = False
    return client


@pytest.fixture
def foreign_pet(stranger):
    return services.register_pet(owner=stranger, facts={"name": "남의집", "species": "dog"})


def test_a_pet_is_registered(web, owner):
    more = {"is_neutered": "true", "weight_kg": "4.2", "allergies": "닭고기, 소고기"}

    answer = web.post("/pets/new", FACTS | more | {"birth_date": "2020-03-01"})

    assert (answer.status_code, answer.url) == (302, "/home")
    pet = Pet.objects.get()
    assert (pet.owner, pet.name, str(pet.weight_kg)) == (owner, "보리", "4.20")
    assert (pet.is_neutered, pet.allergies) == (True, ["닭고기", "소고기"])
    assert "보리 등록을 마쳤어요." in web.get("/home").content.decode()


@pytest.mark.parametrize(("said", "kept"), [("", None), ("true", True), ("false", False)])
def test_neutering_may_stay_unknown(web, said, kept):
    web.post("/pets/new", FACTS | {"is_neutered": said})

    assert Pet.objects.get().is_neutered is kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\u200b"),
        ("name", "가" * 41),
        ("name", "보\x00리"),
        ("name", "\ufb2c" * 40),
        ("species", "dragon"),
        ("species", ""),
        ("breed", "가" * 61),
        ("breed", "\x00"),
        ("birth_date", "2025-02-30"),
        ("birth_date", "1700-01-01"),
        ("weight_kg", "0"),
        ("weight_kg", "-1"),
        ("weight_kg", "200.01"),
        ("weight_kg", "0.001"),
        ("weight_kg", "NaN"),
        ("allergies", "가" * 81),
        ("allergies", "닭\x00고기"),
        ("is_neutered", "maybe"),
    ],
)
def test_a_bad_fact_is_shown_at_its_field(web, field, value):
    answer = web.post("/pets/new", FACTS | {field: value})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Pet.objects.exists()


def test_a_birth_date_of_tomorrow_is_refused(web):
    tomorrow = timezone.localdate() + timedelta(days=1)

    answer = web.post("/pets/new", FACTS | {"birth_date": str(tomorrow)})

    assert answer.status_code == 422
    assert not Pet.objects.exists()


def test_more_than_thirty_allergies_are_refused_as_over_the_api(web):
    answer = web.post("/pets/new", FACTS | {"allergies": ",".join(["닭"] * 31)})

    assert answer.status_code == 422
    assert not Pet.objects.exists()


def test_a_pet_is_changed(web, dog):
    answer = web.post(f"/pets/{dog.pk}", FACTS | {"name": "콩이", "weight_kg": "5"})

    assert answer.url == f"/pets/{dog.pk}"
    dog.refresh_from_db()
    assert (dog.name, str(dog.weight_kg)) == ("콩이", "5.00")


def test_a_refused_change_is_not_stored(web, dog):
    answer = web.post(f"/pets/{dog.pk}", FACTS | {"name": "콩이", "weight_kg": "-5"})

    assert answer.status_code == 422
    dog.refresh_from_db()
    assert dog.name == "보리"


def test_names_are_shown_as_text_not_as_markup(web):
    web.post("/pets/new", FACTS | {"name": "<b>보리</b>"})

    shown = web.get("/pets").content.decode()

    assert "&lt;b&gt;보리&lt;/b&gt;" in shown
    assert "<b>보리</b>" not in shown


def test_the_list_shows_own_pets_only(web, dog, foreign_pet):
    shown = web.get("/pets").content.decode()

    assert "보리" in shown
    assert "남의집" not in shown


def test_a_record_is_added_and_shown(web, dog):
    given = {"kind": "surgery", "title": "슬개골 수술", "happened_on": "2024-05-05"}

    answer = web.post(f"/pets/{dog.pk}/records", given)

    assert answer.url == f"/pets/{dog.pk}"
    shown = web.get(answer.url).content.decode()
    assert "슬개골 수술" in shown
    assert "의료 기록을 더했어요." in shown


def test_a_bad_record_is_told_and_not_stored_and_what_was_typed_stays(web, dog):
    typed = {"kind": "surgery", "title": "", "notes": "왼쪽 뒷다리"}
    answer = web.post(f"/pets/{dog.pk}/records", typed)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "왼쪽 뒷다리" in shown
    assert 'class="error" role="alert"' in shown
    assert not MedicalRecord.objects.exists()


def test_a_foreign_pet_is_not_there(web, foreign_pet):
    url = f"/pets/{foreign_pet.pk}"
    assert web.get(url).status_code == 404
    assert web.post(url, FACTS).status_code == 404
    assert web.post(f"{url}/records", {"kind": "visit", "title": "x"}).status_code == 404

    foreign_pet.refresh_from_db()
    assert foreign_pet.name == "남의집"
    assert not MedicalRecord.objects.exists()


def test_visitors_are_sent_to_the_login(client, dog):
    for url in ("/pets", "/pets/new", f"/pets/{dog.pk}"):
        assert client.get(url).url == f"/login?next={url}"
