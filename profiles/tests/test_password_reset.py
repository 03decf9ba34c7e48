"""A forgotten password: the code goes to the address, and every sign-in ends."""

from datetime import timedelta

import pytest
from django.core import mail

from conftest import PASSWORD
from profiles import codes, tokens
from profiles.models import User

pytestmark = pytest.mark.django_db(transaction=True)
ASK, CONFIRM, LOGIN = "/api/v1/auth/password/reset", "/api/v1/auth/password/confirm", "/login"
NEW_PASSWORD = "새로운-물-한-그릇-9"


@pytest.fixture
def asked(nobody, owner, mailed_digits):
    """An owner who asked for a code, and what she sends with it."""
    assert nobody.post(ASK, {"email": owner.email}).status_code == 202
    return {"email": owner.email, "code": mailed_digits(), "password": NEW_PASSWORD}


def test_a_reset_changes_the_password(nobody, asked):
    answer = nobody.post(CONFIRM, asked)

    assert answer.status_code == 202
    assert answer.json() == {"message": "비밀번호를 바꿨어요. 다시 로그인해 주세요."}
    old = {"email": asked["email"], "password": PASSWORD}
    new = {"email": asked["email"], "password": NEW_PASSWORD}
    assert nobody.post("/api/v1/auth/login", old).status_code == 401
    assert nobody.post("/api/v1/auth/login", new).status_code == 200


def test_a_reset_ends_every_sign_in(nobody, owner, asked, sign_in, refused):
    phone, laptop = sign_in(owner), sign_in(owner)
    refresh = tokens.sign_in(user=owner).refresh

    nobody.post(CONFIRM, asked)

    for client in (phone, laptop):
        refused(client.get("/api/v1/me"), 401, "authentication_failed")
    refused(nobody.post("/api/v1/auth/refresh", {"refresh": refresh}), 401, "invalid_token")


def test_a_reset_ends_the_browser_session(nobody, owner, asked, client):
    client.force_login(owner)
    assert client.get("/pets").status_code == 200

    nobody.post(CONFIRM, asked)

    assert client.get("/pets").url == f"{LOGIN}?next=/pets"


def test_a_reset_leaves_the_stranger_signed_in(nobody, stranger, asked, sign_in):
    other = sign_in(stranger)

    nobody.post(CONFIRM, asked)

    assert other.get("/api/v1/me").status_code == 200


def test_a_wrong_code_changes_nothing(nobody, owner, asked, api, wrong_digits, refused):
    answer = nobody.post(CONFIRM, asked | {"code": wrong_digits()})

    refused(answer, 400, "wrong_code")
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
    assert api.get("/api/v1/me").status_code == 200


def test_too_many_wrong_codes_close_the_reset(nobody, owner, asked, wrong_digits, refused):
    for _ in range(codes.MOST_TRIES):
        refused(nobody.post(CONFIRM, asked | {"code": wrong_digits()}), 400, "wrong_code")

    refused(nobody.post(CONFIRM, asked), 429, "too_many_tries")
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_a_reset_code_expires(nobody, asked, later, refused):
    later(timedelta(minutes=16))

    refused(nobody.post(CONFIRM, asked), 400, "expired_code")


def test_a_weak_password_is_refused_and_costs_no_try(nobody, asked, refused):
    refused(nobody.post(CONFIRM, asked | {"password": "1234"}), 400, "weak_password")

    assert nobody.post(CONFIRM, asked).status_code == 202


def test_a_reset_code_does_not_confirm_a_sign_up(nobody, asked, refused):
    given = {"email": asked["email"], "code": asked["code"]}

    refused(nobody.post("/api/v1/auth/confirm", given), 400, "wrong_code")


def test_asking_betrays_no_unknown_address(nobody, owner):
    known = nobody.post(ASK, {"email": owner.email})
    unknown = nobody.post(ASK, {"email": "unknown@example.com"})

    assert known.json() == {"message": "가입된 주소라면 재설정 번호를 보냈어요."}
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert [letter.to for letter in mail.outbox] == [[owner.email]]
    assert mail.outbox[0].subject == "[Dr. 마음] 비밀번호 재설정 번호"


def test_guessing_a_code_answers_alike_for_known_and_unknown_addresses(nobody, asked, wrong_digits):
    def guesses(email):
        given = asked | {"email": email, "code": wrong_digits()}
        answers = [nobody.post(CONFIRM, given) for _ in range(7)]
        return [(answer.status_code, answer.json()["code"]) for answer in answers]

    assert guesses(asked["email"]) == guesses("unknown@example.com")


def test_a_disabled_account_gets_no_code(nobody, owner):
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert nobody.post(ASK, {"email": owner.email}).status_code == 202
    assert mail.outbox == []


def test_a_reset_proves_the_address_of_an_unconfirmed_owner(nobody, signed_up, mailed_digits):
    nobody.post(ASK, {"email": signed_up})
    given = {"email": signed_up, "code": mailed_digits(), "password": NEW_PASSWORD}
    assert nobody.post(CONFIRM, given).status_code == 202

    login = {"email": signed_up, "password": NEW_PASSWORD}
    assert nobody.post("/api/v1/auth/login", login).status_code == 200
