"""Accounts kept by this product itself: hashed passwords, its own codes, its own tokens."""

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password

from profiles import codes, tokens
from profiles.accounts.base import Claim, EmailUnconfirmed, WrongCredentials
from profiles.models import EmailCode, SignIn, User
from profiles.tokens import Tokens

SIGN_UP, RESET = EmailCode.Purpose.SIGN_UP, EmailCode.Purpose.RESET


class Embedded:
    def claim(self, *, email: str, password: str) -> Claim | None:
        kept = make_password(password)  # for a known address too: the same time
        confirmed = User.objects.filter(email=email).exclude(email_verified_at=None)
        return None if confirmed.exists() else Claim(kept)

    def greet(self, *, user: User) -> None:
        codes.send_code(user=user, purpose=SIGN_UP, is_urgent=True)

    def resend(self, *, email: str, user: User | None) -> None:
        if user and user.email_verified_at is None:
            codes.send_code(user=user, purpose=SIGN_UP)

    def confirm(self, *, email: str, user: User | None, digits: str) -> None:
        codes.use_code(email=email, user=user, purpose=SIGN_UP, digits=digits)

    def sign_in_confirmed(self, *, user: User, password: str) -> Tokens | None:
        return tokens.sign_in(user=user)

    def check(self, *, email: str, password: str) -> User:
        user = authenticate(username=email, password=password)
        if not isinstance(user, User):
            raise WrongCredentials
        if user.email_verified_at is None:
            raise EmailUnconfirmed
        return user

    def log_in(self, *, email: str, password: str) -> Tokens:
        return tokens.sign_in(user=self.check(email=email, password=password))

    def refresh(self, *, refresh: str) -> Tokens:
        return tokens.refresh_sign_in(refresh=refresh)

    def log_out(self, *, opened: SignIn) -> None:
        tokens.end_sign_in(opened=opened)

    def read(self, *, access: str) -> SignIn:
        return tokens.read_access_token(access)

    def ask_reset(self, *, email: str, user: User | None) -> None:
        if user:
            codes.send_code(user=user, purpose=RESET)

    def reset(self, *, email: str, user: User | None, digits: str, password: str) -> str:
        codes.use_code(email=email, user=user, purpose=RESET, digits=digits)
        return make_password(password)

    def is_password_of(self, *, user: User, password: str) -> bool:
        return user.check_password(password)
