"""Access and refresh tokens: rotation, theft, forgery, age."""

import json
import uuid
from datetime import timedelta

import jwt
import pytest
from django.conf import settings
from rest_framework.test import APIClient

from profiles import tokens
from profiles.models import SignIn, User

pytestmark = pytest.mark.django_db
REFRESH = "/api/v1/auth/refresh"


def me(access):
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {access}", raise_request_exception=False)
    return client.get("/api/v1/me")


@pytest.fixture
def claims(owner):
    """Claims as the product writes them, for a live sign-in."""
    access = tokens.sign_in(user=owner).access
    return jwt.decode(access, settings.SECRET_KEY, algorithms=["HS256"], audience="drmaum")


def signed(claims, secret=None, algorithm="HS256"):
    return jwt.encode(claims, secret or settings.SECRET_KEY, algorithm=algorithm)


def test_refreshing_gives_a_new_pair_of_the_same_sign_in(nobody, owner):
    first = tokens.sign_in(user=owner)

    answer = nobody.post(REFRESH, {"refresh": first.refresh})

    assert answer.status_code == 200
    assert answer.json()["refresh"] != first.refresh
    assert me(answer.json()["access"]).status_code == 200
    assert SignIn.objects.count() == 1


def test_a_chain_of_refreshes_goes_on(nobody, owner):
    refresh = tokens.sign_in(user=owner).refresh
    for _ in range(4):
        answer = nobody.post(REFRESH, {"refresh": refresh})
        assert answer.status_code == 200
        refresh = answer.json()["refresh"]


def test_reusing_an_old_refresh_token_ends_the_sign_in(nobody, owner, refused):
    first = tokens.sign_in(user=owner)
    second = nobody.post(REFRESH, {"refresh": first.refresh}).json()

    refused(nobody.post(REFRESH, {"refresh": first.refresh}), 401, "invalid_token")

    refused(nobody.post(REFRESH, {"refresh": second["refresh"]}), 401, "invalid_token")
    refused(me(second["access"]), 401, "authentication_failed")
    refused(me(first.access), 401, "authentication_failed")


def test_theft_on_one_device_leaves_the_other(nobody, owner):
    phone, laptop = tokens.sign_in(user=owner), tokens.sign_in(user=owner)
    for _ in range(2):
        nobody.post(REFRESH, {"refresh": phone.refresh})

    assert me(phone.access).status_code == 401
    assert me(laptop.access).status_code == 200


@pytest.mark.parametrize("refresh", ["", "x" * 4097, None, [], "\x00", "\ud800"])
def test_a_refresh_token_of_no_possible_form_is_an_input_error(nobody, db, refused, refresh):
    body = json.dumps({"refresh": refresh})

    answer = nobody.post(REFRESH, body, content_type="application/json")

    refused(answer, 400, "invalid_input", "refresh")


@pytest.mark.parametrize("refresh", ["made-up", "x" * 200, "한글"])
def test_a_made_up_refresh_token_is_refused_and_ends_nothing(nobody, owner, refused, refresh):
    live = tokens.sign_in(user=owner)

    refused(nobody.post(REFRESH, {"refresh": refresh}), 401, "invalid_token")

    assert me(live.access).status_code == 200


def test_a_refresh_token_of_a_disabled_account_is_dead(nobody, owner, refused):
    pair = tokens.sign_in(user=owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)

    refused(nobody.post(REFRESH, {"refresh": pair.refresh}), 401, "invalid_token")


def test_a_refresh_token_ages(nobody, owner, later, refused):
    pair = tokens.sign_in(user=owner)
    later(timedelta(days=31))

    refused(nobody.post(REFRESH, {"refresh": pair.refresh}), 401, "invalid_token")


def test_an_access_token_ages_and_the_refresh_token_renews_it(nobody, owner, later, refused):
    pair = tokens.sign_in(user=owner)
    later(timedelta(minutes=9))
    assert me(pair.access).status_code == 200

    later(timedelta(minutes=2))

    answer = me(pair.access)
    refused(answer, 401, "authentication_failed")
    assert answer["WWW-Authenticate"] == "Bearer"
    renewed = nobody.post(REFRESH, {"refresh": pair.refresh}).json()
    assert me(renewed["access"]).status_code == 200


def test_honest_claims_are_let_in(claims):
    assert me(signed(claims)).status_code == 200


def test_an_unsigned_token_is_refused(claims, refused):
    refused(me(jwt.encode(claims, None, algorithm="none")), 401, "authentication_failed")


def test_a_token_signed_with_another_secret_is_refused(claims, refused):
    refused(me(signed(claims, secret="another-secret-" * 4)), 401, "authentication_failed")


@pytest.mark.filterwarnings("ignore:The HMAC key")
@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_a_token_of_another_algorithm_is_refused(claims, refused, algorithm):
    refused(me(signed(claims, algorithm=algorithm)), 401, "authentication_failed")


@pytest.mark.parametrize("name", ["exp", "iat", "iss", "aud", "sub", "sid"])
def test_a_token_that_lacks_a_claim_is_refused(claims, refused, name):
    del claims[name]

    refused(me(signed(claims)), 401, "authentication_failed")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "elsewhere"),
        ("aud", "elsewhere"),
        ("sub", str(uuid.UUID(int=0))),
        ("sub", "not-a-uuid"),
        ("sid", str(uuid.UUID(int=0))),
        ("sid", "not-a-uuid"),
        ("sid", 7),
        ("sid", []),
        ("sid", {}),
        ("sid", None),
        ("sid", "\x00"),
        ("exp", "soon"),
        ("exp", 1),
        ("iat", 99999999999),
    ],
)
def test_a_token_with_a_false_claim_is_refused(claims, refused, name, value):
    refused(me(signed(claims | {name: value})), 401, "authentication_failed")


def test_a_token_does_not_pass_for_another_user(claims, stranger, refused):
    refused(me(signed(claims | {"sub": str(stranger.pk)})), 401, "authentication_failed")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "한글", "e30.e30.e30", "x" * 5000])
def test_a_thing_that_is_no_token_is_refused(owner, refused, token):
    refused(me(token), 401, "authentication_failed")


def test_an_access_token_is_no_refresh_token(nobody, owner):
    access = tokens.sign_in(user=owner).access

    answer = nobody.post(REFRESH, {"refresh": access})

    assert answer.status_code in (400, 401)
    assert SignIn.objects.get().ended_at is None
