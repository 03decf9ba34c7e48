"""Sign-ins of API clients: short access tokens and a refresh token that rotates.

The access token is a JWT that names its sign-in; the sign-in's row is read at each request,
so a logout, a disabled account or a reused refresh token takes effect at once.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import jwt
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles.models import SignIn, SocketTicket, User

ALGORITHM = "HS256"
ISSUER = "drmaum"
TICKET_LIFETIME = timedelta(seconds=60)
REMEMBERED_DIGESTS = 50


# A signed token may still name something that is no sign-in.
_UNREADABLE = (
    jwt.InvalidTokenError,
    SignIn.DoesNotExist,
    ValidationError,
    ValueError,
    TypeError,
)


class InvalidToken(Refusal):
    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_token"
    message = _("로그인이 만료됐어요. 다시 로그인해 주세요.")


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str
    expires_in: int


def sign_in(*, user: User) -> Tokens:
    """Open a sign-in for one device."""
    refresh = secrets.token_urlsafe(32)
    opened = SignIn.objects.create(
        user=user,
        refresh_digest=digest(refresh),
        expires_at=timezone.now() + timedelta(days=settings.REFRESH_TOKEN_DAYS),
    )
    return _tokens(opened, refresh)


def refresh_sign_in(*, refresh: str) -> Tokens:
    """Exchange a refresh token for a new pair. Raises InvalidToken.

    A token that was exchanged before has been copied by someone: the whole sign-in ends.
    """
    tokens = _rotate(refresh)
    if tokens is None:
        raise InvalidToken
    return tokens


@transaction.atomic
def _rotate(refresh: str) -> Tokens | None:
    given = digest(refresh)
    live = SignIn.objects.select_for_update(of=["self"]).filter(ended_at=None)
    found = live.filter(refresh_digest=given).select_related("user").first()
    if found is None:
        live.filter(used_digests__contains=[given]).update(ended_at=timezone.now())
        return None
    if found.expires_at < timezone.now() or not found.user.is_active:
        return None
    fresh = secrets.token_urlsafe(32)
    found.used_digests = [*found.used_digests, given][-REMEMBERED_DIGESTS:]
    found.refresh_digest, found.refreshed_at = digest(fresh), timezone.now()
    found.save(update_fields=["used_digests", "refresh_digest", "refreshed_at"])
    return _tokens(found, fresh)


def end_sign_in(*, opened: SignIn) -> None:
    SignIn.objects.filter(pk=opened.pk, ended_at=None).update(ended_at=timezone.now())


def end_all_sign_ins(*, user: User) -> None:
    user.sign_ins.filter(ended_at=None).update(ended_at=timezone.now())


def read_access_token(token: str) -> SignIn:
    """The live sign-in that an access token names. Raises InvalidToken."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            settings.SECRET_KEY,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=ISSUER,
            leeway=30,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "sid"]},
        )
        live = SignIn.objects.filter(ended_at=None, user__is_active=True)
        return live.select_related("user").get(pk=claims["sid"], user_id=claims["sub"])
    except _UNREADABLE as error:
        raise InvalidToken from error


def issue_ticket(*, user: User, opened: SignIn | None, session_key: str = "") -> str:
    """A one-time ticket for one socket; the value is shown once and only its digest kept.

    It remembers the sign-in or the browser session it came from, and ends with it.
    """
    value = secrets.token_urlsafe(24)
    SocketTicket.objects.create(
        user=user,
        sign_in=opened,
        session_key=session_key,
        digest=digest(value),
        expires_at=timezone.now() + TICKET_LIFETIME,
    )
    return value


def use_ticket(*, value: str) -> SocketTicket | None:
    """The ticket, used up in the same statement; None when unknown, used or expired."""
    now = timezone.now()
    live = SocketTicket.objects.filter(
        Q(sign_in=None) | Q(sign_in__ended_at=None),
        digest=digest(value),
        used_at=None,
        expires_at__gt=now,
        user__is_active=True,
    )
    if not live.update(used_at=now):
        return None
    return SocketTicket.objects.select_related("user", "sign_in").get(digest=digest(value))


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _tokens(opened: SignIn, refresh: str) -> Tokens:
    now = timezone.now()
    claims = {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": str(opened.user_id),
        "sid": str(opened.pk),
        "iat": now,
        "exp": now + timedelta(seconds=settings.ACCESS_TOKEN_SECONDS),
    }
    access = jwt.encode(claims, settings.SECRET_KEY, algorithm=ALGORITHM)
    return Tokens(access, refresh, settings.ACCESS_TOKEN_SECONDS)
