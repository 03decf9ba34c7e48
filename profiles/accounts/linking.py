"""Whose row a login at the user pool belongs to, and what the pool's groups make of them."""

import logging
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from profiles import tokens
from profiles.accounts import jwks
from profiles.accounts.base import AccountsUnavailable, WrongCredentials
from profiles.accounts.cognito import Granted
from profiles.models import User
from profiles.tokens import InvalidToken

logger = logging.getLogger(__name__)
GROUPS = "cognito:groups"
VETS = "수의사"


def person_behind(granted: Granted) -> tuple[User, dict[str, Any]]:
    """The row of who logged in, brought up to date, and what the access token claims. Raises
    WrongCredentials for somebody who has no account here, or a disabled one."""
    try:
        claims = jwks.read(granted.access)
        user = User.objects.filter(cognito_sub=claims["sub"]).first() or _newly_linked(granted)
    except InvalidToken as error:
        logger.error("a token of the pool itself is refused: look at issuer, client, keys")  # noqa: TRY400
        raise AccountsUnavailable from error
    if user is None or not user.is_active:
        raise WrongCredentials
    _bring_up_to_date(user, claims)
    return user, claims


def role_of(groups: Iterable[str]) -> User.Role:
    """Groups are called as the roles are; the one that may do more counts."""
    named = set(groups)
    for role in (User.Role.STAFF, User.Role.VET):
        if role in named:
            return role
    return User.Role.OWNER


@transaction.atomic
def _newly_linked(granted: Granted) -> User | None:
    """By the address, and only where the pool says that it was proven: the account of a time
    before the pool, or somebody who works here and was made in the pool."""
    claims = jwks.read(granted.identity, use="id")
    if str(claims.get("email_verified")).lower() != "true":
        return None
    email = str(claims.get("email", "")).strip().lower()
    user = User.objects.select_for_update(of=["self"]).filter(email=email).first()
    if user is None:
        return _of_staff(email, claims)
    user.cognito_sub, user.password = claims["sub"], make_password(None)
    user.save(update_fields=["cognito_sub", "password"])
    tokens.end_all_sign_ins(user=user)
    return user


def _of_staff(email: str, claims: dict[str, Any]) -> User | None:
    """Owners come by signing up, where they are asked for their consents."""
    role = role_of(claims.get(GROUPS, ()))
    if role == User.Role.OWNER:
        logger.warning("somebody of the pool never signed up here, and is no vet or staff")
        return None
    return User.objects.create(
        email=email, password=make_password(None), cognito_sub=claims["sub"], role=role
    )


def _bring_up_to_date(user: User, claims: dict[str, Any]) -> None:
    """The groups of the newest token decide. Who gets a token has been confirmed."""
    role, changed = role_of(claims.get(GROUPS, ())), []
    if user.role != role:
        user.role = role
        changed.append("role")
    if user.email_verified_at is None:
        user.email_verified_at = timezone.now()
        changed.append("email_verified_at")
    if changed:
        user.save(update_fields=changed)
    if "role" in changed or role == User.Role.VET:
        _give_rights(user, role)


def _give_rights(user: User, role: User.Role) -> None:
    """What a vet may do in the portal comes with the role and goes with it."""
    if role != User.Role.VET:
        user.groups.clear()
    elif not user.groups.exists():
        user.groups.set(Group.objects.filter(name=VETS))
