"""Erasure of pets and accounts: at once out of sight, finished when nothing is left, with a
receipt that names nobody."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from conftest import PASSWORD
from profiles import erasing, purging, services, tasks, tokens
from profiles.models import (
    Care,
    Consent,
    EmailCode,
    Erasure,
    MedicalRecord,
    Pet,
    SignIn,
    SocketTicket,
    User,
    Weight,
)
from profiles.signals import leftovers_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(monkeypatch):
    """Erasures handed to the queue, in place of a broker."""
    ids = []
    monkeypatch.setattr(tasks.finish_erasure, "delay", ids.append)
    return ids


@pytest.fixture
def settled(time_machine):
    """The moment at which nothing that was under way can bring anything back."""
    return lambda: time_machine.move_to(timezone.now() + purging.SETTLES + timedelta(seconds=1))


def test_a_pet_goes_with_all_that_belongs_to_it(api, dog, cat):
    services.add_record(pet=dog, facts={"kind": "visit", "title": "귀 치료"})
    services.add_record(pet=cat, facts={"kind": "visit", "title": "발톱"})

    body = api.delete(f"/api/v1/pets/{dog.pk}").json()

    assert Pet.objects.get() == cat
    assert MedicalRecord.objects.get().title == "발톱"
    assert not Weight.objects.exists()
    assert {"name": "의료 기록", "count": 1} in body["counts"]
    assert {"name": "몸무게", "count": 1} in body["counts"]


def test_an_account_goes_with_its_password_and_signs_out_everywhere(
    owner, dog, sign_in, django_capture_on_commit_callbacks, queued
):
    phone, tablet, browser = sign_in(owner), sign_in(owner), Client()
    browser.force_login(owner)
    tokens.issue_ticket(user=owner, opened=owner.sign_ins.first())

    with django_capture_on_commit_callbacks(execute=True):
        answer = phone.delete("/api/v1/me", {"password": PASSWORD})

    assert answer.status_code == 202
    assert queued == [answer.json()["id"]]
    for model in (User, Pet, SignIn, SocketTicket, Consent, EmailCode, Care):
        assert not model.objects.exists(), model
    assert tablet.get("/api/v1/me").status_code == 401
    assert browser.get("/me").status_code == 302
    (sent,) = mail.outbox
    assert sent.to == ["bori@example.com"]
    assert f"/erasures/{answer.json()['id']}" in sent.body


@pytest.mark.parametrize("password", ["틀린-비밀번호-1", ""])
def test_without_the_right_password_nothing_goes(api, owner, dog, password):
    answer = api.delete("/api/v1/me", {"password": password})

    assert answer.json()["code"] in ("wrong_password", "invalid_input")
    assert Pet.objects.get().owner == owner
    assert not Erasure.objects.exists()


@pytest.mark.parametrize("role", ["vet", "staff"])
def test_an_account_of_the_portal_is_not_erased_here(api, owner, role):
    User.objects.update(role=role)

    answer = api.delete("/api/v1/me", {"password": PASSWORD})

    assert (answer.status_code, answer.json()["code"]) == (403, "portal_account")
    assert User.objects.exists()


def test_who_once_signed_for_others_as_a_vet_is_sent_to_staff(api, owner):
    from inference.models import RulesSignature

    RulesSignature.objects.create(version="1", signed_by=owner, name="수의사")

    assert api.delete("/api/v1/me", {"password": PASSWORD}).json()["code"] == "portal_account"
    assert User.objects.exists()


def test_another_owner_keeps_everything(api, stranger):
    services.register_pet(owner=stranger, facts={"name": "토토", "species": "rabbit"})

    api.delete("/api/v1/me", {"password": PASSWORD})

    assert User.objects.get() == stranger
    assert Pet.objects.get().name == "토토"


def test_a_receipt_is_read_signed_out_and_names_nobody(api, owner, nobody, client):
    pk = api.delete("/api/v1/me", {"password": PASSWORD}).json()["id"]

    body = nobody.get(f"/api/v1/erasures/{pk}").json()
    page = client.get(f"/erasures/{pk}")

    assert set(body) == {"id", "kind", "asked_at", "done_at", "counts"}
    assert (body["kind"], body["done_at"]) == ("account", None)
    shown = page.content.decode()
    assert "지우는 중" in shown
    assert page["Cache-Control"] == "private, no-store"
    for word in (str(owner.pk), owner.email, owner.name):
        assert word not in shown + str(body)


def test_a_receipt_is_closed_when_nothing_can_come_back(dog, settled):
    erased = erasing.erase_pet(pet=dog)

    assert tasks.sweep_erasures() == 0
    settled()
    assert tasks.sweep_erasures() == 1

    erased.refresh_from_db()
    assert erased.done_at
    assert set(erased.counts) == {"rows"}
    assert tasks.sweep_erasures() == 0


def test_while_somebody_cannot_remove_the_receipt_stays_open(dog, settled, caplog):
    def away(**_):
        raise OSError

    erasing.erase_pet(pet=dog)
    settled()
    leftovers_due.connect(away)
    try:
        assert tasks.sweep_erasures() == 0
    finally:
        leftovers_due.disconnect(away)
    assert tasks.sweep_erasures() == 1


def test_a_receipt_that_is_late_is_told_to_staff(dog, caplog, time_machine):
    erasing.erase_pet(pet=dog)
    time_machine.move_to(timezone.now() + purging.LATE + timedelta(minutes=1))

    tasks.sweep_erasures()

    assert "not finished" in caplog.text


def test_erasing_twice_gives_the_same_receipt(dog):
    first = erasing.erase_pet(pet=dog)
    assert erasing.erase_pet(pet=dog) == first


def test_browser_sessions_of_the_account_go_and_those_of_others_stay(owner, stranger):
    for user in (owner, stranger):
        Client().force_login(user)
    waiting = Client()
    waiting.post("/password", {"email": owner.email})

    erased = erasing.erase_account(user=owner, password=PASSWORD)
    purging.purge(erasure_id=erased.pk)

    (left,) = Session.objects.all()
    assert left.get_decoded()["_auth_user_id"] == str(stranger.pk)


def test_the_portal_s_log_keeps_the_act_and_loses_the_name(owner, dog, cat):
    staff = User.objects.create_user("staff@example.com", "x", role="staff")
    for pet in (dog, cat):
        LogEntry.objects.create(
            user=staff,
            content_type=ContentType.objects.get_for_model(Pet),
            object_id=str(pet.pk),
            object_repr=pet.name,
            action_flag=CHANGE,
        )

    purging.purge(erasure_id=erasing.erase_pet(pet=dog).pk)

    told = LogEntry.objects.order_by("pk").values_list("object_id", "object_repr")
    assert list(told) == [(str(dog.pk), ""), (str(cat.pk), "나비")]


def test_what_can_let_nobody_in_any_more_is_forgotten(owner, time_machine):
    tokens.sign_in(user=owner)
    tokens.issue_ticket(user=owner, opened=owner.sign_ins.get())
    services.ask_password_reset(email=owner.email)
    Client().force_login(owner)
    assert tasks.forget_expired() == 0

    time_machine.move_to(timezone.now() + timedelta(days=32))

    assert tasks.forget_expired() == 4
    assert not Session.objects.exists()


def test_the_pages_say_what_goes_before_anything_goes(client, owner, dog):
    client.force_login(owner)
    for page in (f"/pets/{dog.pk}/erase", "/me/erase"):
        shown = client.get(page).content.decode()
        assert "되돌릴 수 없어요" in shown
        assert "지워지는 것" in shown
    assert client.post("/me/erase", {"password": "틀린-비밀번호"}).status_code == 422
    assert Pet.objects.exists()

    gone = client.post(f"/pets/{dog.pk}/erase")
    assert client.get(gone["Location"]).status_code == 200
    assert not Pet.objects.exists()

    left = client.post("/me/erase", {"password": PASSWORD})
    assert "계정" in client.get(left["Location"]).content.decode()
    assert not User.objects.exists()


def test_the_pet_of_another_is_not_there(client, stranger, dog):
    client.force_login(stranger)
    assert client.post(f"/pets/{dog.pk}/erase").status_code == 404
    assert Pet.objects.exists()
