"""S10: nobody guesses a password or a code, and nobody learns from an answer who is here."""

import pytest
from django.contrib.auth import hashers
from django.test import Client
from rest_framework.test import APIClient

from conftest import PASSWORD
from profiles import codes, guessing, services
from profiles.models import User

pytestmark = pytest.mark.django_db
WRONG = "틀린-비밀번호"
LOGIN, PAGE, PORTAL = "/api/v1/auth/login", "/login", "/admin/login/"


@pytest.fixture(autouse=True)
def _rates_are_wide(settings, request):
    """So that the count of an account is what holds, where a test does not ask for the rate."""
    if "rated" not in request.keywords:
        rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"accounts": "1000/min"}
        settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}


WRONG = "틀린-비밀번호"


def guess(email: str, password: str = WRONG, door: str = LOGIN, address: str = "10.0.0.1"):
    if door == LOGIN:
        return APIClient(REMOTE_ADDR=address).post(door, {"email": email, "password": password})
    name = "username" if door == PORTAL else "email"
    return Client(REMOTE_ADDR=address).post(door, {name: email, "password": password})


def test_s10_ten_wrong_passwords_close_an_account_from_wherever_they_come(owner):
    for number in range(guessing.MOST):
        assert guess(owner.email, address=f"10.0.{number}.1").status_code == 401
    refused = guess(owner.email, PASSWORD, address="10.1.1.1")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_tries")
    assert refused["Retry-After"] == "900"


@pytest.mark.parametrize("door", [LOGIN, PAGE, PORTAL])
def test_s10_every_door_counts_and_is_closed_alike(owner, door):
    for _ in range(guessing.MOST):
        guess(owner.email, door=door)
    assert guess(owner.email, PASSWORD, door=PAGE).status_code in (422, 429)
    answer = guess(owner.email, PASSWORD, door=PORTAL)
    assert answer.status_code == 429
    assert "비밀번호를 여러 번 틀렸어요" in answer.content.decode()


def test_s10_an_unknown_address_is_closed_just_so(owner):
    heard = {}
    for email in (owner.email, "unknown@example.com"):
        answers = [guess(email) for _ in range(guessing.MOST + 1)]
        heard[email] = [(one.status_code, one.content) for one in answers]
    assert heard[owner.email] == heard["unknown@example.com"]


def test_s10_the_right_password_begins_the_count_anew(owner):
    for _ in range(guessing.MOST - 1):
        guess(owner.email)
    assert guess(owner.email, PASSWORD).status_code == 200
    assert guess(owner.email).status_code == 401


def test_s10_a_mailed_code_lets_its_owner_in_again(
    owner, mailoutbox, django_capture_on_commit_callbacks
):
    for _ in range(guessing.MOST + 1):
        guess(owner.email)
    with django_capture_on_commit_callbacks(execute=True):
        services.ask_password_reset(email=owner.email)
    digits = next(word for word in mailoutbox[-1].body.split() if word.isdigit() and len(word) == 6)
    services.reset_password(email=owner.email, digits=digits, password="새로운-비밀번호-9")
    assert guess(owner.email, "새로운-비밀번호-9").status_code == 200


@pytest.mark.rated
@pytest.mark.parametrize(
    "door", [PAGE, PORTAL, "/signup", "/password", "/password/new", "/confirm"]
)
def test_s10_the_pages_of_an_account_are_bounded_by_address(settings, door):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"accounts": "5/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    statuses = []
    for number in range(7):
        browser = Client(REMOTE_ADDR="10.0.0.7", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
        statuses.append(browser.post(door, {"email": f"{number}@example.com"}).status_code)
    assert 429 not in statuses[:5]
    assert statuses[5:] == [429, 429]
    assert Client(REMOTE_ADDR="10.0.0.8").post(door, {}).status_code != 429


@pytest.mark.parametrize(
    "ask",
    [
        lambda email: guess(email),
        lambda email: APIClient().post(
            "/api/v1/auth/signup",
            {
                "email": email, "password": "아주-긴-비밀번호-7", "name": "x",
                "consents": dict.fromkeys(["terms", "privacy", "overseas_ai", "vet_review"], True),
            },
        ),
        lambda email: APIClient().post(
            "/api/v1/auth/password/confirm",
            {"email": email, "code": "000000", "password": "아주-긴-비밀번호-7"},
        ),
    ],
    ids=["login", "sign-up", "reset"],
)  # fmt: skip
def test_s10_as_many_passwords_are_hashed_for_who_is_here_as_for_who_is_not(
    owner, ask, monkeypatch
):
    """Time is hashing: it is counted, since a clock would only guess."""
    hashed: list[str] = []
    kind = hashers.get_hasher("default").__class__
    encode = kind.encode

    def counted(self, *args, **kwargs):
        hashed.append("x")
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(kind, "encode", counted)
    numbers = {}
    for email in (owner.email, "nobody@example.com"):
        hashed.clear()
        status = ask(email).status_code
        numbers[email] = (status, len(hashed))
    assert numbers[owner.email] == numbers["nobody@example.com"]


def test_s10_a_disabled_account_is_told_nothing_else(owner):
    User.objects.filter(pk=owner.pk).update(is_active=False)
    known, unknown = guess(owner.email, PASSWORD), guess("unknown@example.com", PASSWORD)
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)


def test_s10_a_million_codes_cannot_be_tried():
    """Six digits, five tries, a quarter of an hour: and a new one only every half minute."""
    assert codes.MOST_TRIES <= 5
    assert codes.LIFETIME.total_seconds() <= 900
    assert codes.PAUSE_BETWEEN.total_seconds() >= 30
