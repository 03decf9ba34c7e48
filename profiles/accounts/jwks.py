"""Tokens of the user pool, checked against the keys that it publishes.

That a token is bad is 401. That the keys cannot be had says nothing about the token: it is 503, so
that no client throws its sign-in away during an outage.
"""

import logging
from functools import cache
from threading import Lock
from time import monotonic
from typing import Any

import jwt
from django.conf import settings

from profiles.accounts.base import AccountsUnavailable
from profiles.tokens import InvalidToken

logger = logging.getLogger(__name__)
ALGORITHM = "RS256"
# The key of a well-known test server, whose private half anybody can download.
DUMMY = "dummy"
FRESH_SECONDS = 3600.0
PAUSE_SECONDS = 30.0  # until an unknown key id may make us ask again
PAUSE_AFTER_FAILURE_SECONDS = 2.0
LEEWAY_SECONDS = 30
REQUIRED = ["exp", "iat", "iss", "sub", "token_use", "origin_jti"]


class Keys:
    """The published keys. What was once read goes on to serve while its address is down."""

    def __init__(self, address: str) -> None:
        self._client = jwt.PyJWKClient(address, cache_jwk_set=False, timeout=3)
        self._known: dict[str, jwt.PyJWK] = {}
        self._stale_at = self._again_at = float("-inf")
        self._has_failed = False
        self._asking = Lock()

    def named(self, kid: str) -> jwt.PyJWK:
        """Raises InvalidToken for a key that is not published, AccountsUnavailable when that
        cannot be known."""
        if kid not in self._known:
            with self._asking:
                if kid not in self._known:
                    self._ask()
        elif monotonic() >= self._stale_at and self._asking.acquire(blocking=False):
            try:
                self._ask()
            finally:
                self._asking.release()
        found = self._known.get(kid)
        if found is None:
            raise AccountsUnavailable if self._has_failed else InvalidToken
        return found

    def _ask(self) -> None:
        """Read them, unless that was tried just now."""
        now = monotonic()
        if now < self._again_at:
            return
        try:
            found = self._client.get_signing_keys()
        except (jwt.PyJWTError, ValueError, OSError) as error:
            logger.warning("the keys of the user pool cannot be had: %s", type(error).__name__)
            self._has_failed, self._again_at = True, now + PAUSE_AFTER_FAILURE_SECONDS
            return
        self._known = {str(key.key_id): key for key in found}
        self._has_failed = False
        self._again_at, self._stale_at = now + PAUSE_SECONDS, now + FRESH_SECONDS


@cache
def keys_at(address: str) -> Keys:
    return Keys(address)


def read(token: str, *, use: str = "access") -> dict[str, Any]:
    """The claims of a token of our pool and client, for this use. Raises InvalidToken or
    AccountsUnavailable."""
    key = _key_of(token)
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=settings.COGNITO_ISSUER,
            leeway=LEEWAY_SECONDS,
            # An access token names its client elsewhere than where the library looks.
            options={"require": REQUIRED, "verify_aud": False},
        )
    except jwt.PyJWTError as error:
        raise InvalidToken from error
    client = claims.get("client_id" if use == "access" else "aud")
    if claims["token_use"] != use or client != settings.COGNITO_CLIENT_ID:
        raise InvalidToken
    return claims


def _key_of(token: str) -> jwt.PyJWK:
    """The published key that a token names. Nothing is asked for a token that is bad anyway."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError) as error:
        raise InvalidToken from error
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(kid, str):
        raise InvalidToken
    if not is_at_home():
        if kid == DUMMY:
            raise InvalidToken
        if not settings.COGNITO_JWKS_URL.startswith("https://"):
            logger.error("COGNITO_JWKS_URL is not an https address")
            raise AccountsUnavailable
    return keys_at(settings.COGNITO_JWKS_URL).named(kid)


def is_at_home() -> bool:
    """Whether this is a machine of a developer, where a test server may stand for the pool."""
    return bool(settings.DEBUG or settings.EMBEDDED)
