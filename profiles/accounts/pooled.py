"""Accounts kept in a user pool of Cognito: it has the passwords, mails the codes, signs the tokens.

What takes effect at once here (logout, a disabled account, an erasure) rests on the row of the
sign-in, which each of its access tokens names by `origin_jti`; the pool is told as well.
"""

import contextlib
import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from drmaum.lib.errors import Refusal
from profiles import codes, tokens
from profiles.accounts import cognito, jwks, linking, sealing
from profiles.accounts.base import Claim, LoginStepUnknown, WrongCredentials
from profiles.accounts.cognito import AddressTakenError, Granted, NobodyError
from profiles.models import EmailCode, SignIn, User
from profiles.tokens import InvalidToken, Tokens

logger = logging.getLogger(__name__)
SIGN_UP, RESET = EmailCode.Purpose.SIGN_UP, EmailCode.Purpose.RESET


class Pooled:
    def claim(self, *, email: str, password: str) -> Claim | None:
        sub: str | None
        try:
            sub = cognito.sign_up(email, password)
        except AddressTakenError:
            # The pool keeps the first password of an address. Here the newest one counts, with the
            # code that is mailed for it: who signed up a foreign address first must not own it.
            with contextlib.suppress(NobodyError):
                earlier = cognito.look_up(email)
                if earlier.is_confirmed:
                    return None
                cognito.delete(earlier.sub)
            sub = self._sign_up_again(email, password)
        return Claim(make_password(None), sub) if sub else None

    def _sign_up_again(self, email: str, password: str) -> str | None:
        try:
            return cognito.sign_up(email, password)
        except AddressTakenError:  # by another one at the same moment
            return None

    def greet(self, *, user: User) -> None:
        """The pool mailed it when the address was claimed."""

    def resend(self, *, email: str, user: User | None) -> None:
        codes.count_mail(email=email, purpose=SIGN_UP)
        with contextlib.suppress(NobodyError):
            cognito.resend(email)

    def confirm(self, *, email: str, user: User | None, digits: str) -> None:
        codes.count_try(email=email, purpose=SIGN_UP)
        cognito.confirm(email, digits)
        codes.forget_tries(email=email, purpose=SIGN_UP)

    def sign_in_confirmed(self, *, user: User, password: str) -> Tokens | None:
        return self.log_in(email=user.email, password=password) if password else None

    def check(self, *, email: str, password: str) -> User:
        user, _claims = linking.person_behind(cognito.log_in(email, password))
        return user

    def log_in(self, *, email: str, password: str) -> Tokens:
        granted = cognito.log_in(email, password)
        user, claims = linking.person_behind(granted)
        SignIn.objects.create(
            user=user,
            family=claims["origin_jti"],
            refresh_digest=tokens.digest(granted.refresh),
            sealed_refresh=sealing.seal(granted.refresh),
            expires_at=timezone.now() + timedelta(days=settings.REFRESH_TOKEN_DAYS),
        )
        return Tokens(granted.access, granted.refresh, granted.expires_in)

    def refresh(self, *, refresh: str) -> Tokens:
        opened = self._opened_by(refresh)
        try:
            granted = cognito.refresh(refresh)
        except InvalidToken:  # revoked, or the user is disabled there
            tokens.end_sign_in(opened=opened)
            raise
        return self._renewed(opened, refresh, granted)

    def _opened_by(self, refresh: str) -> SignIn:
        """As with tokens of our own: one that was exchanged before has been copied by someone."""
        given = tokens.digest(refresh)
        live = SignIn.objects.filter(ended_at=None).select_related("user")
        found = live.filter(refresh_digest=given).first()
        if found is None:
            copied = live.filter(used_digests__contains=[given]).first()
            if copied:
                self.log_out(opened=copied)
            raise InvalidToken
        if found.expires_at < timezone.now() or not found.user.is_active:
            raise InvalidToken
        return found

    def _renewed(self, opened: SignIn, given: str, granted: Granted) -> Tokens:
        """No lock is held while the pool is asked: who ended or renewed it meanwhile wins."""
        user, claims = linking.person_behind(granted)
        fresh = granted.refresh or given
        used = [*opened.used_digests, opened.refresh_digest] if fresh != given else []
        renewed = user == opened.user and SignIn.objects.filter(
            pk=opened.pk, ended_at=None, refresh_digest=opened.refresh_digest
        ).update(
            family=claims["origin_jti"],
            refresh_digest=tokens.digest(fresh),
            used_digests=used[-tokens.REMEMBERED_DIGESTS :] or opened.used_digests,
            sealed_refresh=sealing.seal(fresh),
            refreshed_at=timezone.now(),
        )
        if not renewed:
            raise InvalidToken
        return Tokens(granted.access, fresh, granted.expires_in)

    def log_out(self, *, opened: SignIn) -> None:
        tokens.end_sign_in(opened=opened)
        refresh = sealing.unseal(opened.sealed_refresh)
        try:
            if refresh:
                cognito.revoke(refresh)
        except Refusal as refusal:
            logger.warning("a refresh token was not revoked in the pool: %s", refusal.code)

    def read(self, *, access: str) -> SignIn:
        claims = jwks.read(access)
        live = SignIn.objects.filter(ended_at=None, user__is_active=True).select_related("user")
        try:
            return live.get(family=claims["origin_jti"], user__cognito_sub=claims["sub"])
        except SignIn.DoesNotExist as error:
            raise InvalidToken from error

    def ask_reset(self, *, email: str, user: User | None) -> None:
        codes.count_mail(email=email, purpose=RESET)
        if user or not User.objects.filter(email=email).exists():  # not to who was disabled
            with contextlib.suppress(NobodyError):
                cognito.forgot(email)

    def reset(self, *, email: str, user: User | None, digits: str, password: str) -> str:
        codes.count_try(email=email, purpose=RESET)
        cognito.reset(email, digits, password)
        codes.forget_tries(email=email, purpose=RESET)
        if user and user.cognito_sub:
            try:
                cognito.end_everywhere(user.cognito_sub)
            except Refusal as refusal:
                logger.warning("refresh tokens live on in the pool: %s", refusal.code)
        return make_password(None)

    def is_password_of(self, *, user: User, password: str) -> bool:
        try:
            cognito.log_in(user.cognito_sub or user.email, password)
        except WrongCredentials:
            return False
        except LoginStepUnknown:  # asked of who gave the right one
            return True
        return True
