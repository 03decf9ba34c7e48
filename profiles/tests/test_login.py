"""Signing in by password, and what ends a sign-in."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from conftest import PASSWORD
from profiles.models import SignIn, User

pytestmark = pytest.mark.django_db
URL = "/api/v1/auth/login"


def test_the_right_password_signs_in(nobody, owner):
    answer = nobody.post(URL, {"email": owner.email, "password": PASSWORD})

    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh", "expires_in"}
    assert answer.json()["expires_in"] == 600
    assert SignIn.objects.get().user == owner


def test_the_address_may_be_written_in_capitals(nobody, owner):
    answer = nobody.post(URL, {"email": "Bori@EXAMPLE.com", "password": PASSWORD})

    assert answer.status_code == 200


def test_no_refresh_token_is_stored_in_the_clear(nobody, owner):
    refresh = nobody.post(URL, {"email": owner.email, "password": PASSWORD}).json()["refresh"]

    assert refresh not in str(SignIn.objects.values().get())


def test_wrong_password_and_unknown_address_look_the_same(nobody, owner, refused):
    wrong = nobody.post(URL, {"email": owner.email, "password": PASSWORD + "!"})
    unknown = nobody.post(URL, {"email": "unknown@example.com", "password": PASSWORD})

    body = refused(wrong, 401, "wrong_credentials")
    assert body["message"] == "이메일 또는 비밀번호가 맞지 않아요."
    assert (wrong.status_code, wrong.content) == (unknown.status_code, unknown.content)
    assert not SignIn.objects.exists()


def test_an_unconfirmed_owner_is_told_to_confirm(nobody, refused):
    User.objects.create_user("new@example.com", PASSWORD)

    answer = nobody.post(URL, {"email": "new@example.com", "password": PASSWORD})

    body = refused(answer, 403, "email_unconfirmed")
    assert body["message"].startswith("이메일 확인이 끝나지 않았어요.")
    assert not SignIn.objects.exists()


def test_an_unconfirmed_address_is_not_betrayed_by_a_wrong_password(nobody, refused):
    User.objects.create_user("new@example.com", PASSWORD)

    answer = nobody.post(URL, {"email": "new@example.com", "password": PASSWORD + "!"})

    refused(answer, 401, "wrong_credentials")


def test_a_disabled_account_cannot_sign_in(nobody, refused):
    User.objects.create_user(
        "off@example.com", PASSWORD, is_active=False, email_verified_at=timezone.now()
    )

    answer = nobody.post(URL, {"email": "off@example.com", "password": PASSWORD})

    refused(answer, 401, "wrong_credentials")


def test_disabling_an_account_stops_its_access_token_at_once(api, owner, refused):
    assert api.get("/api/v1/me").status_code == 200

    User.objects.filter(pk=owner.pk).update(is_active=False)

    refused(api.get("/api/v1/me"), 401, "authentication_failed")


def test_logout_kills_the_access_token_at_once(api, refused):
    answer = api.post("/api/v1/auth/logout")

    assert (answer.status_code, answer.content) == (204, b"")
    body = refused(api.get("/api/v1/me"), 401, "authentication_failed")
    assert body["message"] == "로그인이 만료됐어요. 다시 로그인해 주세요."


def test_logout_kills_the_refresh_token_too(nobody, owner, refused):
    pair = nobody.post(URL, {"email": owner.email, "password": PASSWORD}).json()
    APIClient(HTTP_AUTHORIZATION=f"Bearer {pair['access']}").post("/api/v1/auth/logout")

    answer = nobody.post("/api/v1/auth/refresh", {"refresh": pair["refresh"]})

    refused(answer, 401, "invalid_token")


def test_logout_of_one_device_leaves_the_other(owner, sign_in):
    phone, laptop = sign_in(owner), sign_in(owner)

    phone.post("/api/v1/auth/logout")

    assert phone.get("/api/v1/me").status_code == 401
    assert laptop.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize("url", ["/api/v1/me", "/api/v1/pets"])
def test_without_credentials_the_door_is_closed(nobody, db, refused, url):
    answer = nobody.get(url)

    assert refused(answer, 401, "not_authenticated")["message"] == "로그인이 필요해요."
    assert answer["WWW-Authenticate"] == "Bearer"
