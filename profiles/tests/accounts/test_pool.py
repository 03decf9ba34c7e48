"""What is Cognito's own: forged tokens, keys that cannot be had, groups, people from before."""

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import Group
from django.utils import timezone

from conftest import PASSWORD, make_owner
from profiles.accounts import jwks
from profiles.models import User
from profiles.tests.accounts.pool import KID, PoolError

pytestmark = pytest.mark.django_db
EMAIL = "bori@example.com"


@pytest.fixture
def member(pool):
    """An owner of before the pool, whom the pool has confirmed too."""
    make_owner(EMAIL)
    return pool.add(EMAIL, PASSWORD)


@pytest.fixture
def login(nobody, member):
    def signed_in(email=EMAIL):
        return nobody.post("/api/v1/auth/login", {"email": email, "password": PASSWORD})

    return signed_in


def me(nobody, token):
    return nobody.get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer {token}")


def origin_of(token):
    return jwt.decode(token, options={"verify_signature": False})["origin_jti"]


@pytest.fixture
def origin(login):
    """Of a live sign-in: a forged token that names it lacks nothing else."""
    return origin_of(login().json()["access"])


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_Other"},
        {"client_id": "another-app"},
        {"client_id": None},
        {"token_use": "id"},
        {"token_use": None},
        {"exp": 1},
        {"exp": None},
        {"sub": "somebody-else"},
        {"origin_jti": "another-sign-in"},
        {"origin_jti": None},
    ],
    ids=str,
)
def test_a_token_with_another_claim_is_refused(nobody, pool, member, origin, refused, changed):
    token = pool.token(member, **{"origin_jti": origin, **changed})

    refused(me(nobody, token), 401, "authentication_failed")


def test_the_same_token_with_nothing_changed_is_taken(nobody, pool, member, origin):
    assert me(nobody, pool.token(member, origin_jti=origin)).status_code == 200


def test_an_identity_token_is_no_access_token(nobody, pool, member, origin, refused):
    token = pool.token(member, "id", origin_jti=origin)

    refused(me(nobody, token), 401, "authentication_failed")


def forged(pool, member, origin, *, kind):
    claims = jwt.decode(pool.token(member, origin_jti=origin), options={"verify_signature": False})
    if kind == "unsigned":
        return jwt.encode(claims, None, algorithm="none", headers={"kid": KID})
    if kind == "by the public key as a secret":
        return signed_with_the_public_key(pool, claims)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kid = KID if kind == "by another key" else "a-key-of-nobody"
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid})


def signed_with_the_public_key(pool, claims):
    """By hand: the library would not sign so."""
    public = pool.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    parts = [{"alg": "HS256", "typ": "JWT", "kid": KID}, claims]
    body = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    signature = urlsafe_b64encode(hmac.digest(public, body, "sha256")).rstrip(b"=")
    return b".".join([body, signature]).decode()


@pytest.mark.parametrize(
    "kind",
    ["unsigned", "by the public key as a secret", "by another key", "by a key of another name"],
)
def test_a_token_signed_otherwise_is_refused(nobody, pool, member, origin, refused, kind):
    token = forged(pool, member, origin, kind=kind)

    refused(me(nobody, token), 401, "authentication_failed")


def test_unknown_keys_do_not_make_us_ask_the_pool_each_time(nobody, pool, member, origin):
    before = pool.calls.count("keys")
    for _ in range(20):
        me(nobody, forged(pool, member, origin, kind="by a key of another name"))

    assert pool.calls.count("keys") - before <= 1


def test_keys_that_cannot_be_had_are_no_fault_of_the_token(nobody, pool, member, origin, refused):
    token = pool.token(member, origin_jti=origin)
    jwks.keys_at.cache_clear()
    pool.has_keys = False

    refused(me(nobody, token), 503, "accounts_unavailable")


def test_known_keys_serve_through_an_outage(nobody, pool, member, origin, later):
    token = pool.token(member, origin_jti=origin, exp=int(timezone.now().timestamp()) + 9000)
    pool.has_keys = False
    later(timedelta(hours=2))

    assert me(nobody, token).status_code == 200


@pytest.mark.parametrize(
    ("code", "status", "ours"),
    [
        ("TooManyRequestsException", 429, "too_many_tries"),
        ("LimitExceededException", 429, "too_many_tries"),
        ("PasswordResetRequiredException", 403, "password_reset_needed"),
        ("ResourceNotFoundException", 503, "accounts_unavailable"),
        ("SomethingNobodyHasSeenException", 503, "accounts_unavailable"),
    ],
)
def test_an_error_of_the_pool_is_told_in_our_words(login, pool, refused, code, status, ours):
    pool.failure = PoolError(code)

    refused(login(), status, ours)


def test_a_pool_that_is_away_is_told_so(login, settings, refused):
    settings.COGNITO_ENDPOINT_URL = "http://127.0.0.1:9"

    refused(login(), 503, "accounts_unavailable")


def test_an_owner_of_before_the_pool_keeps_their_row(login, member):
    assert login().status_code == 200

    assert User.objects.get(email=EMAIL).cognito_sub == member.sub
    assert User.objects.count() == 1


def test_an_address_that_the_pool_never_proved_takes_no_account(nobody, pool, refused):
    make_owner(EMAIL)
    member = pool.add(EMAIL, PASSWORD)
    pool.has_proven_addresses = False

    answer = nobody.post("/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD})

    refused(answer, 401, "wrong_credentials")
    assert User.objects.get().cognito_sub != member.sub


def test_groups_of_the_pool_are_roles_here_and_end_when_they_end(nobody, pool):
    vet = pool.add("vet@example.com", PASSWORD, "vet")
    given = {"email": "vet@example.com", "password": PASSWORD}
    tokens = nobody.post("/api/v1/auth/login", given).json()
    user = User.objects.get(email="vet@example.com")
    assert (user.role, user.is_staff) == ("vet", True)
    assert list(user.groups.all()) == [Group.objects.get(name="수의사")]

    vet.groups = []
    nobody.post("/api/v1/auth/refresh", {"refresh": tokens["refresh"]})

    user.refresh_from_db()
    assert (user.role, user.is_staff) == ("owner", False)
    assert not user.groups.exists()


def test_a_stranger_of_the_pool_who_never_consented_has_no_account(nobody, pool, refused):
    pool.add("stranger@example.com", PASSWORD)

    given = {"email": "stranger@example.com", "password": PASSWORD}

    refused(nobody.post("/api/v1/auth/login", given), 401, "wrong_credentials")
    assert not User.objects.exists()


def test_a_logout_revokes_the_refresh_token_in_the_pool(login, nobody, pool):
    tokens = login().json()

    nobody.post("/api/v1/auth/logout", HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")

    assert pool.revoked == [tokens["refresh"]]


def test_no_refresh_token_lies_in_the_clear(login):
    refresh = login().json()["refresh"]

    kept = User.objects.get().sign_ins.values().get()
    assert refresh not in str(kept)
    assert kept["sealed_refresh"]


def test_an_erasure_waits_for_a_pool_that_is_away(login, nobody, pool, member):
    from profiles import purging
    from profiles.models import Erasure

    access = login().json()["access"]
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {access}"}
    assert nobody.delete("/api/v1/me", {"password": PASSWORD}, **bearer).status_code == 202
    erasure = Erasure.objects.get()
    Erasure.objects.update(asked_at=timezone.now() - timedelta(hours=1))

    pool.failure = PoolError("InternalErrorException")
    assert purging.purge(erasure_id=erasure.pk) is False
    pool.failure = None

    assert purging.purge(erasure_id=erasure.pk) is True
    assert EMAIL not in pool.members
