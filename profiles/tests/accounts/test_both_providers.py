"""One life of an account, the same at every step whoever keeps the passwords."""

import pytest
from django.test import Client

from conftest import PASSWORD
from profiles.models import SignIn, User
from profiles.services import has_consent

EMAIL = "new@example.com"
FRESH = "새로-정한-비밀-문장-3"


@pytest.fixture
def confirmed(provider, nobody, application, code_for):
    """Signed up and confirmed; the access and refresh token of a first login."""
    assert nobody.post("/api/v1/auth/signup", application).status_code == 202
    given = {"email": EMAIL, "code": code_for(EMAIL), "password": PASSWORD}
    assert nobody.post("/api/v1/auth/confirm", given).status_code == 200
    return nobody.post("/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD}).json()


def me(nobody, access):
    return nobody.get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer {access}")


def test_a_confirmed_owner_signs_in_and_is_known(confirmed, nobody):
    user = User.objects.get(email=EMAIL)

    assert me(nobody, confirmed["access"]).json()["email"] == EMAIL
    assert user.email_verified_at is not None
    assert has_consent(user=user, kind="terms")


def test_nobody_signs_in_before_the_code(provider, nobody, application, refused):
    nobody.post("/api/v1/auth/signup", application)

    answer = nobody.post("/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD})

    refused(answer, 403, "email_unconfirmed")


def test_a_wrong_code_confirms_nothing(provider, nobody, application, code_for, refused):
    nobody.post("/api/v1/auth/signup", application)
    wrong = f"{(int(code_for(EMAIL)) + 1) % 10**6:06d}"

    refused(nobody.post("/api/v1/auth/confirm", {"email": EMAIL, "code": wrong}), 400, "wrong_code")
    assert User.objects.get().email_verified_at is None


def test_codes_cannot_be_tried_out(provider, nobody, application, code_for, refused):
    nobody.post("/api/v1/auth/signup", application)
    right = code_for(EMAIL)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(5):
        nobody.post("/api/v1/auth/confirm", {"email": EMAIL, "code": wrong})

    answer = nobody.post("/api/v1/auth/confirm", {"email": EMAIL, "code": right})

    refused(answer, 429, "too_many_tries")


def test_who_signs_an_address_up_first_does_not_own_it(
    provider, nobody, application, code_for, refused
):
    nobody.post("/api/v1/auth/signup", {**application, "password": "남의-비밀-문장-11"})
    nobody.post("/api/v1/auth/signup", application)
    given = {"email": EMAIL, "code": code_for(EMAIL), "password": PASSWORD}

    assert nobody.post("/api/v1/auth/confirm", given).status_code == 200

    stranger = {"email": EMAIL, "password": "남의-비밀-문장-11"}
    refused(nobody.post("/api/v1/auth/login", stranger), 401, "wrong_credentials")


def test_signing_up_a_known_address_tells_nothing_and_changes_nothing(
    confirmed, nobody, application
):
    again = {**application, "password": "남의-비밀-문장-11", "name": "다른 이름"}

    answer = nobody.post("/api/v1/auth/signup", again)

    assert answer.status_code == 202
    assert User.objects.get(email=EMAIL).name == application["name"]
    ours = {"email": EMAIL, "password": PASSWORD}
    assert nobody.post("/api/v1/auth/login", ours).status_code == 200


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
def test_a_wrong_password_looks_like_no_account(confirmed, nobody, refused, email):
    answer = nobody.post("/api/v1/auth/login", {"email": email, "password": "틀린-비밀-문장-1"})

    refused(answer, 401, "wrong_credentials")


def test_a_refresh_token_is_exchanged_once(confirmed, nobody, refused):
    renewed = nobody.post("/api/v1/auth/refresh", {"refresh": confirmed["refresh"]}).json()
    assert me(nobody, renewed["access"]).status_code == 200

    copied = nobody.post("/api/v1/auth/refresh", {"refresh": confirmed["refresh"]})

    assert copied.status_code == 401
    # Somebody else holds the copy: the whole sign-in ends.
    assert me(nobody, renewed["access"]).status_code == 401
    assert nobody.post("/api/v1/auth/refresh", {"refresh": renewed["refresh"]}).status_code == 401


def test_a_logout_ends_the_access_token_at_once(confirmed, nobody):
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {confirmed['access']}"}

    assert nobody.post("/api/v1/auth/logout", **bearer).status_code == 204

    assert me(nobody, confirmed["access"]).status_code == 401
    refreshed = nobody.post("/api/v1/auth/refresh", {"refresh": confirmed["refresh"]})
    assert refreshed.status_code == 401


def test_a_disabled_account_is_out_at_once(confirmed, nobody):
    User.objects.filter(email=EMAIL).update(is_active=False)

    assert me(nobody, confirmed["access"]).status_code == 401
    login = nobody.post("/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD})
    assert login.status_code == 401


def test_a_new_password_ends_every_sign_in(confirmed, nobody, code_for, refused):
    nobody.post("/api/v1/auth/password/reset", {"email": EMAIL})
    given = {"email": EMAIL, "code": code_for(EMAIL), "password": FRESH}

    assert nobody.post("/api/v1/auth/password/confirm", given).status_code == 202

    assert me(nobody, confirmed["access"]).status_code == 401
    old = nobody.post("/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD})
    refused(old, 401, "wrong_credentials")
    fresh = nobody.post("/api/v1/auth/login", {"email": EMAIL, "password": FRESH})
    assert fresh.status_code == 200


def test_asking_for_a_new_password_tells_nobody_who_is_here(confirmed, nobody):
    known = nobody.post("/api/v1/auth/password/reset", {"email": EMAIL})
    unknown = nobody.post("/api/v1/auth/password/reset", {"email": "nobody@example.com"})

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)


def test_a_weak_password_is_refused(provider, nobody, application, refused):
    answer = nobody.post("/api/v1/auth/signup", {**application, "password": "1234"})

    refused(answer, 400, "weak_password")
    assert not User.objects.exists()


def test_the_pages_walk_the_same_way(provider, application, code_for):
    browser = Client()
    form = {
        "email": EMAIL, "password": PASSWORD, "name": "새보호자",
        "terms": "on", "privacy": "on",
    }  # fmt: skip
    assert browser.post("/signup", form).status_code == 302
    assert browser.post("/confirm", {"code": code_for(EMAIL)}).status_code == 302
    browser.post("/login", {"email": EMAIL, "password": PASSWORD})

    assert browser.get("/me").status_code == 200


def test_an_erased_account_is_gone_wherever_it_was_kept(confirmed, nobody, refused):
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {confirmed['access']}"}
    refused(
        nobody.delete("/api/v1/me", {"password": "틀린-비밀-문장-1"}, **bearer),
        403,
        "wrong_password",
    )

    assert nobody.delete("/api/v1/me", {"password": PASSWORD}, **bearer).status_code == 202

    assert not SignIn.objects.exists()
    login = nobody.post("/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD})
    refused(login, 401, "wrong_credentials")
