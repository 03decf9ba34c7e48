"""How a request proves who sends it: a bearer token, or the browser's session."""

import contextlib
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from drmaum.lib.errors import Refusal
from profiles import accounts, guessing
from profiles.models import SignIn, User
from profiles.tokens import InvalidToken


class PasswordBackend(ModelBackend):
    """E-mail and password. An unconfirmed address is told so by the service, not here.

    The portal's own login comes here too, so another provider of accounts is asked as well.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        email = (username or credentials.get("email") or "").strip().lower()
        if not accounts.keeps_own_passwords():
            with contextlib.suppress(Refusal):
                return accounts.chosen().check(email=email, password=password or "")
            return None
        guessing.count(email)
        found = super().authenticate(request, username=email, password=password)
        if not isinstance(found, User):
            return None
        guessing.forget(email)
        return found


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`; the sign-in becomes `request.auth`."""

    def authenticate(self, request: Request) -> tuple[User, SignIn] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            opened = accounts.chosen().read(access=token.strip())
        except InvalidToken as error:
            raise exceptions.AuthenticationFailed from error
        return opened.user, opened

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BrowserAuthentication(SessionAuthentication):
    """The web app's session cookie; unsafe methods need the CSRF token."""


def person(request: HttpRequest | Request) -> User:
    """Who sends a request that has passed its permission check. Raises NotAuthenticated."""
    user = request.user
    if not isinstance(user, User):
        raise exceptions.NotAuthenticated
    return user


def sign_in_of(request: Request) -> SignIn | None:
    """The sign-in behind a bearer token; None for a browser's session."""
    opened: Any = request.auth
    return opened if isinstance(opened, SignIn) else None
