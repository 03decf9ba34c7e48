"""Caring for a pet together: by invitation, for the pet's page and summaries, never for what was
said; and it ends at once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from chat import services as chat_services
from chat.models import Consultation, Upload
from conftest import PASSWORD, make_owner
from profiles import care, caring_together, erasing, inviting, reminding, traces
from profiles.models import Caretaker, Pet
from soap.tests.notes import make_note

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(db):
    return make_owner("partner@example.com")


@pytest.fixture
def theirs(sign_in, partner):
    return sign_in(partner)


@pytest.fixture
def caring(dog, partner):
    invitation = caring_together.invite(pet=dog, email=partner.email)
    return caring_together.accept(invitation=invitation, user=partner)


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr("profiles.tasks.mail_invitations.delay", lambda: None)


def test_an_invitation_is_mailed_once_and_accepted_by_its_address(api, theirs, dog, owner):
    asked = api.post(f"/api/v1/pets/{dog.pk}/caretakers", {"email": " Partner@Example.com "})
    assert (asked.status_code, asked.json()["accepted_at"]) == (201, None)
    assert [inviting.mail_waiting(), inviting.mail_waiting()] == [1, 0]
    (sent,) = mail.outbox
    assert sent.to == ["partner@example.com"]
    assert "보리" in sent.body
    assert "/pets" in sent.body

    assert theirs.get(f"/api/v1/pets/{dog.pk}").status_code == 404
    (found,) = theirs.get("/api/v1/me/invitations").json()
    assert found["pet_name"] == "보리"
    accepted = theirs.post(f"/api/v1/me/invitations/{found['id']}/accept")
    assert accepted.status_code == 200
    assert theirs.get("/api/v1/me/invitations").json() == []
    assert theirs.get(f"/api/v1/pets/{dog.pk}").json()["name"] == "보리"
    assert theirs.post(f"/api/v1/me/invitations/{found['id']}/accept").status_code == 404


def test_a_mail_that_could_not_go_goes_later(dog, monkeypatch):
    caring_together.invite(pet=dog, email="partner@example.com")

    def is_away(*_):
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr("profiles.inviting.send_mail", is_away)
        assert inviting.mail_waiting() == 0
    assert inviting.mail_waiting() == 1


def test_an_invitation_is_nobody_else_s(sign_in, stranger, dog, partner, theirs):
    invitation = caring_together.invite(pet=dog, email=partner.email)
    accept = f"/api/v1/me/invitations/{invitation.pk}/accept"
    assert sign_in(stranger).post(accept).status_code == 404
    assert sign_in(stranger).delete(f"/api/v1/caretakers/{invitation.pk}").status_code == 404

    partner.email_verified_at = None
    assert not Caretaker.objects.inviting(partner).exists()
    Caretaker.objects.update(invited_at=timezone.now() - timedelta(days=15))
    assert theirs.post(accept).status_code == 404


def test_both_write_on_the_pets_page(caring, theirs, api, dog):
    pet = f"/api/v1/pets/{dog.pk}"
    assert theirs.post(f"{pet}/records", {"kind": "visit", "title": "귀 검진"}).status_code == 201
    kept = {"kg": "4.3", "measured_on": "2026-01-02"}
    assert theirs.post(f"{pet}/weights", kept).status_code == 201
    assert theirs.patch(pet, {"breed": "말티즈"}).status_code == 200
    assert api.get(f"{pet}/records").json()["results"][0]["title"] == "귀 검진"
    assert "4.30" in {one["kg"] for one in api.get(f"{pet}/weights").json()["results"]}


def test_a_caretaker_cannot_erase_put_away_or_share_the_pet(caring, theirs, client, partner, dog):
    pet = f"/api/v1/pets/{dog.pk}"
    assert theirs.delete(pet).status_code == 404
    assert theirs.post(f"{pet}/archive").status_code == 404
    assert theirs.post(f"{pet}/caretakers", {"email": "x@example.com"}).status_code == 404
    client.force_login(partner)
    assert client.get(f"/pets/{dog.pk}/erase").status_code == 404
    assert client.post(f"/pets/{dog.pk}/caretakers", {"email": "x@example.com"}).status_code == 404
    assert Pet.objects.filter(pk=dog.pk, archived_at=None).exists()


def test_words_stay_with_whoever_said_them_and_summaries_are_shared(
    caring, theirs, client, partner, consultation, owner, enqueued
):
    chat_services.send_message(consultation=consultation, author=owner, text="비밀스러운 구토")
    note = make_note(consultation)
    talk = f"/api/v1/consultations/{consultation.pk}"
    for path in (talk, f"{talk}/messages", f"{talk}/export?as=json"):
        assert theirs.get(path).status_code == 404
    assert theirs.get("/api/v1/search?q=비밀").json()["results"] == []
    assert theirs.get(f"/api/v1/notes/{note.pk}").status_code == 200
    assert theirs.post(f"/api/v1/notes/{note.pk}/links", {}).status_code == 404
    assert theirs.post(f"/api/v1/notes/{note.pk}/review-request").status_code == 404

    client.force_login(partner)
    page = client.get(f"/pets/{consultation.pet_id}/timeline").content.decode()
    assert "함께 돌보는 분의 상담 요약" in page
    assert "비밀스러운" not in page
    shown = client.get(f"/notes/{note.pk}").content.decode()
    assert "링크 만들기" not in shown
    assert str(consultation.pk) not in shown


def test_a_portrait_is_seen_by_both_and_taken_along_by_its_owner_alone(caring, theirs, dog, owner):
    upload = Upload.objects.create(
        owner=owner, pet=dog, kind="photo", purpose="portrait", status="ready", key="a", name="a"
    )
    talk_photo = Upload.objects.create(
        owner=owner, consultation=chat_services.open_consultation(owner=owner, pet=dog),
        kind="photo", status="ready", key="b", name="b",
    )  # fmt: skip
    assert theirs.get(f"/api/v1/uploads/{upload.pk}").status_code == 200
    assert theirs.get(f"/api/v1/uploads/{talk_photo.pk}").status_code == 404


def test_both_are_reminded_of_what_is_due(caring, dog, time_machine):
    care.add(pet=dog, facts={"kind": "other", "title": "구충", "due_on": timezone.localdate()})
    time_machine.move_to(timezone.localtime().replace(hour=10))
    assert reminding.remind() == 1
    assert [one.to for one in mail.outbox] == [["bori@example.com"], ["partner@example.com"]]


def test_care_ends_at_once_from_either_side(caring, theirs, api, dog, partner, enqueued):
    talk = chat_services.open_consultation(owner=partner, pet=dog)
    chat_services.send_message(consultation=talk, author=partner, text="귀를 긁어요")
    assert api.delete(f"/api/v1/caretakers/{caring.pk}").status_code == 204

    assert theirs.get(f"/api/v1/pets/{dog.pk}").status_code == 404
    assert theirs.get(f"/api/v1/pets/{dog.pk}/records").status_code == 404
    assert Consultation.objects.get(pk=talk.pk).ending == "archived"
    assert theirs.get(f"/api/v1/consultations/{talk.pk}/messages").status_code == 200
    again = {"consultation": str(talk.pk), "text": "또요"}
    assert theirs.post("/api/v1/chat/send", again).status_code == 409

    invitation = caring_together.invite(pet=dog, email=partner.email)
    caring_together.accept(invitation=invitation, user=partner)
    assert theirs.delete(f"/api/v1/caretakers/{invitation.pk}").status_code == 204
    assert theirs.get(f"/api/v1/pets/{dog.pk}").status_code == 404


@pytest.mark.parametrize(
    ("email", "code"), [("bori@example.com", "invites_oneself"), ("partner@example.com", None)]
)
def test_who_cannot_be_invited(caring, api, dog, refused, email, code, owner):
    asked = {"email": owner.email if code == "invites_oneself" else email}
    answer = api.post(f"/api/v1/pets/{dog.pk}/caretakers", asked)
    refused(answer, 400 if code else 409, code or "already_caring")


def test_invitations_have_an_end(api, dog, refused):
    url = f"/api/v1/pets/{dog.pk}/caretakers"
    for number in range(5):
        assert api.post(url, {"email": f"friend{number}@example.com"}).status_code == 201
    refused(api.post(url, {"email": "friend5@example.com"}), 409, "too_many_caretakers")
    for _round in range(5):
        assert api.post(url, {"email": "friend0@example.com"}).status_code == 201
    refused(api.post(url, {"email": "friend0@example.com"}), 429, "too_many_invitations")
    refused(api.post(url, {"email": "nobody"}), 400, "invalid_input", "email")


def test_an_account_that_goes_hands_its_shared_pets_over(caring, partner, owner, dog, cat):
    erasing.erase_account(user=owner, password=PASSWORD)
    assert list(Pet.objects.visible_to(partner)) == [dog]
    assert list(Pet.objects.owned_by(partner)) == [dog]
    assert not Caretaker.objects.exists()


def test_an_erased_person_leaves_no_invitation_behind(dog, partner):
    caring_together.invite(pet=dog, email=partner.email)
    erasing.erase_account(user=partner, password=PASSWORD)
    assert not Caretaker.objects.exists()


def test_old_invitations_are_forgotten(dog):
    caring_together.invite(pet=dog, email="partner@example.com")
    Caretaker.objects.update(invited_at=timezone.now() - timedelta(days=16))
    traces.forget_expired()
    assert not Caretaker.objects.exists()


def test_it_works_on_the_pages(client, owner, partner, dog):
    client.force_login(owner)
    page = client.post(f"/pets/{dog.pk}/caretakers", {"email": partner.email}, follow=True)
    assert "초대를 보냈어요" in page.content.decode()
    wrong = client.post(f"/pets/{dog.pk}/caretakers", {"email": "?"}, follow=True)
    assert "이메일 주소를 다시 확인해 주세요." in wrong.content.decode()
    client.force_login(partner)
    assert "기록을 함께 쓰자고 초대했어요" in client.get("/home").content.decode()
    invitation = Caretaker.objects.get()
    page = client.post(f"/invitations/{invitation.pk}/accept", follow=True).content.decode()
    assert "이제 보리 기록을 함께 볼 수 있어요." in page
    page = client.post(f"/caretakers/{invitation.pk}/end", follow=True).content.decode()
    assert "함께 돌보기를 끝냈어요." in page
    assert "보리" not in client.get("/pets").content.decode()
