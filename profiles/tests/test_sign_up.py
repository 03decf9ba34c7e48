"""Signing up: consents are kept as a ledger, and nobody learns who is already here."""

from datetime import timedelta

import pytest
from django.core import mail

from conftest import PASSWORD
from profiles import services
from profiles.models import Consent, User

pytestmark = pytest.mark.django_db(transaction=True)
OTHER_PASSWORD = "다른-그릇의-물-8"


def ledger(user):
    return list(user.consents.order_by("pk").values_list("kind", "version", "is_granted"))


def test_an_unconfirmed_owner_is_created_and_gets_a_code(nobody, application, mailed_digits):
    answer = nobody.post("/api/v1/auth/signup", application)

    assert answer.status_code == 202
    assert answer.json() == {"message": "메일로 여섯 자리 확인 번호를 보냈어요."}
    user = User.objects.get()
    assert (user.email, user.name, user.role) == ("new@example.com", "새보호자", "owner")
    assert user.email_verified_at is None
    assert user.check_password(PASSWORD)
    assert [letter.to for letter in mail.outbox] == [["new@example.com"]]
    assert mail.outbox[0].subject == "[Dr. 마음] 가입 확인 번호"
    assert mailed_digits() in mail.outbox[0].body


def test_the_code_is_not_stored_in_the_clear(signed_up, mailed_digits):
    (code,) = User.objects.get().codes.all()

    assert mailed_digits() not in code.digest
    assert len(code.digest) == 64


def test_each_consent_is_a_row_of_its_version(nobody, application):
    application["consents"] |= {"overseas_ai": True, "vet_review": True}

    nobody.post("/api/v1/auth/signup", application)

    versions = services.CONSENT_VERSIONS
    assert ledger(User.objects.get()) == [
        (kind, versions[Consent.Kind(kind)], True) for kind in Consent.Kind.values
    ]


def test_a_consent_not_given_is_kept_as_refused(nobody, application):
    del application["consents"]["overseas_ai"]

    nobody.post("/api/v1/auth/signup", application)

    user = User.objects.get()
    assert ("overseas_ai", "2026-11", False) in ledger(user)
    assert not services.has_consent(user=user, kind=Consent.Kind.OVERSEAS_AI)
    assert services.has_consent(user=user, kind=Consent.Kind.PRIVACY)


def test_the_newest_entry_of_the_ledger_counts_and_the_older_stay(owner):
    before = ledger(owner)
    services.record_consents(user=owner, consents={"overseas_ai": True})
    assert services.has_consent(user=owner, kind=Consent.Kind.OVERSEAS_AI)

    services.record_consents(user=owner, consents={"overseas_ai": False})

    assert not services.has_consent(user=owner, kind=Consent.Kind.OVERSEAS_AI)
    assert ledger(owner) == [
        *before,
        ("overseas_ai", "2026-11", True),
        ("overseas_ai", "2026-11", False),
    ]


@pytest.mark.parametrize("kind", ["terms", "privacy"])
def test_without_a_required_consent_nobody_is_stored(nobody, application, refused, kind):
    application["consents"][kind] = False

    answer = nobody.post("/api/v1/auth/signup", application)

    body = refused(answer, 400, "consent_missing")
    assert body["message"] == "이용약관과 개인정보 수집·이용에 동의해 주세요."
    assert not User.objects.exists()
    assert mail.outbox == []


@pytest.mark.parametrize("kind", ["terms", "privacy"])
def test_a_consent_that_was_not_asked_is_named(nobody, application, refused, kind):
    del application["consents"][kind]

    answer = nobody.post("/api/v1/auth/signup", application)

    refused(answer, 400, "invalid_input", f"consents.{kind}")
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["짧아요", "password123", "8273645109", "new@example.com"])
def test_a_weak_password_is_refused_in_korean(nobody, application, refused, password):
    answer = nobody.post("/api/v1/auth/signup", application | {"password": password})

    assert "비밀번호" in refused(answer, 400, "weak_password")["message"]
    assert not User.objects.exists()


@pytest.mark.parametrize("written", ["bori@example.com", "BORI@Example.com"])
def test_a_known_address_gets_the_same_answer_and_nothing_changes(
    nobody, application, owner, written
):
    fresh = nobody.post("/api/v1/auth/signup", application)
    mail.outbox.clear()
    before = ledger(owner)

    again = {**application, "email": written, "password": OTHER_PASSWORD}
    known = nobody.post("/api/v1/auth/signup", again)

    assert (known.status_code, known.content) == (fresh.status_code, fresh.content)
    assert User.objects.filter(email__iexact="bori@example.com").count() == 1
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
    assert owner.name == "보호자"
    assert ledger(owner) == before
    assert mail.outbox == []


def test_signing_up_again_unconfirmed_takes_the_newer_password_and_a_new_code(
    nobody, application, signed_up, mailed_digits, later, refused
):
    first_digits = mailed_digits()
    later(timedelta(seconds=31))

    newer = application | {"password": OTHER_PASSWORD, "name": "고친이름"}
    assert nobody.post("/api/v1/auth/signup", newer).status_code == 202

    user = User.objects.get()
    assert user.check_password(OTHER_PASSWORD)
    assert user.name == "고친이름"
    assert len(ledger(user)) == 2 * len(Consent.Kind.values)
    assert len(mail.outbox) == 2
    if first_digits != mailed_digits():  # one in a million
        old = {"email": signed_up, "code": first_digits}
        refused(nobody.post("/api/v1/auth/confirm", old), 400, "wrong_code")
    new = {"email": signed_up, "code": mailed_digits()}
    assert nobody.post("/api/v1/auth/confirm", new).status_code == 200


def test_a_code_mailed_before_a_newer_password_does_not_confirm_that_password(
    nobody, application, signed_up, mailed_digits
):
    """Else a stranger who signs up the same address right after gets the confirmed account."""
    digits = mailed_digits()
    nobody.post("/api/v1/auth/signup", application | {"password": OTHER_PASSWORD})

    nobody.post("/api/v1/auth/confirm", {"email": signed_up, "code": digits})

    given = {"email": signed_up, "password": OTHER_PASSWORD}
    assert nobody.post("/api/v1/auth/login", given).status_code != 200


def test_an_unknown_field_is_refused_rather_than_dropped(nobody, application, refused):
    answer = nobody.post("/api/v1/auth/signup", application | {"role": "staff"})

    body = refused(answer, 400, "invalid_input", "role")
    assert body["message"] == "알 수 없는 항목이에요."
    assert not User.objects.exists()


def test_the_account_endpoints_are_bounded_in_rate(nobody, refused, time_machine):
    time_machine.move_to("2026-11-22T12:00:00+09:00", tick=False)
    answers = [nobody.post("/api/v1/auth/resend", {"email": "a@example.com"}) for _ in range(31)]

    assert [answer.status_code for answer in answers[:30]] == [202] * 30
    refused(answers[30], 429, "too_many_requests")
    assert int(answers[30]["Retry-After"]) > 0
