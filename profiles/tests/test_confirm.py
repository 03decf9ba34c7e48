"""The mailed code: it confirms once, in time, within few tries, and betrays no address."""

from datetime import timedelta

import pytest
from django.core import mail
from rest_framework.test import APIClient

from profiles import codes
from profiles.models import SignIn, User

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/api/v1/auth/confirm"


def test_the_right_code_confirms_and_signs_in(nobody, signed_up, mailed_digits):
    answer = nobody.post(URL, {"email": signed_up, "code": mailed_digits()})

    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh", "expires_in"}
    assert User.objects.get().email_verified_at
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    me = client.get("/api/v1/me")
    assert (me.status_code, me.json()["email"], me.json()["role"]) == (200, signed_up, "owner")


def test_the_address_may_be_written_in_capitals(nobody, signed_up, mailed_digits):
    answer = nobody.post(URL, {"email": signed_up.upper(), "code": mailed_digits()})

    assert answer.status_code == 200


def test_a_wrong_code_confirms_nothing(nobody, signed_up, wrong_digits, refused):
    answer = nobody.post(URL, {"email": signed_up, "code": wrong_digits()})

    body = refused(answer, 400, "wrong_code")
    assert body["message"].startswith("확인 번호가 맞지 않아요.")
    assert User.objects.get().email_verified_at is None
    assert not SignIn.objects.exists()


def test_the_right_code_still_works_after_a_few_wrong_ones(
    nobody, signed_up, mailed_digits, wrong_digits, refused
):
    for _ in range(codes.MOST_TRIES - 1):
        refused(nobody.post(URL, {"email": signed_up, "code": wrong_digits()}), 400, "wrong_code")

    assert nobody.post(URL, {"email": signed_up, "code": mailed_digits()}).status_code == 200


def test_after_ten_wrong_codes_even_the_right_one_is_refused(
    nobody, signed_up, mailed_digits, wrong_digits, refused
):
    answers = [nobody.post(URL, {"email": signed_up, "code": wrong_digits()}) for _ in range(10)]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [400] * codes.MOST_TRIES + [429] * (10 - codes.MOST_TRIES)
    refused(answers[-1], 429, "too_many_tries")
    right = nobody.post(URL, {"email": signed_up, "code": mailed_digits()})
    refused(right, 429, "too_many_tries")
    assert User.objects.get().email_verified_at is None


def test_a_new_code_works_after_too_many_tries(
    nobody, signed_up, mailed_digits, wrong_digits, later
):
    for _ in range(codes.MOST_TRIES + 1):
        nobody.post(URL, {"email": signed_up, "code": wrong_digits()})
    later(timedelta(seconds=31))

    nobody.post("/api/v1/auth/resend", {"email": signed_up})

    assert nobody.post(URL, {"email": signed_up, "code": mailed_digits()}).status_code == 200


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (16, 400)])
def test_a_code_lives_for_a_quarter_of_an_hour(
    nobody, signed_up, mailed_digits, later, minutes, status
):
    later(timedelta(minutes=minutes))

    answer = nobody.post(URL, {"email": signed_up, "code": mailed_digits()})

    assert answer.status_code == status
    assert bool(User.objects.get().email_verified_at) == (status == 200)


def test_an_expired_code_says_so(nobody, signed_up, mailed_digits, later, refused):
    later(timedelta(minutes=16))

    answer = nobody.post(URL, {"email": signed_up, "code": mailed_digits()})

    body = refused(answer, 400, "expired_code")
    assert body["message"] == "확인 번호의 시간이 지났어요. 새 번호를 받아 주세요."


def test_a_code_works_once(nobody, signed_up, mailed_digits):
    given = {"email": signed_up, "code": mailed_digits()}
    assert nobody.post(URL, given).status_code == 200

    assert nobody.post(URL, given).status_code == 400
    assert SignIn.objects.count() == 1


def test_a_sign_up_code_does_not_reset_a_password(nobody, signed_up, mailed_digits, refused):
    given = {"email": signed_up, "code": mailed_digits(), "password": "새로운-물-한-그릇-9"}

    refused(nobody.post("/api/v1/auth/password/confirm", given), 400, "wrong_code")


def test_a_code_of_another_address_does_not_confirm(
    nobody, signed_up, application, mailed_digits, refused
):
    foreign = mailed_digits()
    nobody.post("/api/v1/auth/signup", application | {"email": "second@example.com"})
    if foreign == mailed_digits():
        pytest.skip("one in a million: both codes are the same")

    answer = nobody.post(URL, {"email": "second@example.com", "code": foreign})

    refused(answer, 400, "wrong_code")


def test_resending_replaces_the_code(nobody, signed_up, mailed_digits, later):
    later(timedelta(seconds=31))

    answer = nobody.post("/api/v1/auth/resend", {"email": signed_up})

    assert answer.status_code == 202
    assert len(mail.outbox) == 2
    assert User.objects.get().codes.filter(used_at=None).count() == 1
    assert nobody.post(URL, {"email": signed_up, "code": mailed_digits()}).status_code == 200


def test_resending_within_half_a_minute_sends_no_second_mail(nobody, signed_up, mailed_digits):
    answer = nobody.post("/api/v1/auth/resend", {"email": signed_up})

    assert answer.status_code == 202
    assert len(mail.outbox) == 1
    assert nobody.post(URL, {"email": signed_up, "code": mailed_digits()}).status_code == 200


def test_resending_betrays_neither_unknown_nor_confirmed_addresses(nobody, signed_up, owner, later):
    later(timedelta(seconds=31))
    mail.outbox.clear()
    answers = [
        nobody.post("/api/v1/auth/resend", {"email": email})
        for email in (signed_up, owner.email, "unknown@example.com")
    ]

    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert [letter.to for letter in mail.outbox] == [[signed_up]]


def test_guessing_a_code_answers_alike_for_known_and_unknown_addresses(
    nobody, signed_up, mailed_digits, wrong_digits
):
    """Confirmed, unconfirmed and unknown: seven guesses each, and no difference to see."""
    guess = wrong_digits()
    nobody.post(URL, {"email": signed_up, "code": mailed_digits()})  # known, its code used up

    def guesses(email):
        answers = [nobody.post(URL, {"email": email, "code": guess}) for _ in range(7)]
        return [(answer.status_code, answer.json()["code"]) for answer in answers]

    assert guesses(signed_up) == guesses("unknown@example.com")


@pytest.mark.parametrize("code", ["12345", "1234567", "12345a", "", "１２３４５６", None, [], {}])
def test_anything_but_six_digits_is_an_input_error(nobody, signed_up, refused, code):
    answer = nobody.post(URL, {"email": signed_up, "code": code})

    refused(answer, 400, "invalid_input", "code")
    assert User.objects.get().codes.get().tries == 0
