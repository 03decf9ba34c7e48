"""What a provider of accounts does, and what it may refuse.

A provider keeps passwords, mails codes and gives tokens. Who people are to the product, their rows
and consents, is the business of `profiles.services`, which is the same with each provider.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles.codes import TooManyTries
from profiles.models import SignIn, User
from profiles.tokens import Tokens


class WeakPassword(Refusal):
    code = "weak_password"
    message = _("이 비밀번호는 쓸 수 없어요. 더 길게, 글자와 숫자를 섞어 지어 주세요.")


class WrongCredentials(Refusal):
    status = HTTPStatus.UNAUTHORIZED
    code = "wrong_credentials"
    message = _("이메일 또는 비밀번호가 맞지 않아요.")


class EmailUnconfirmed(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "email_unconfirmed"
    message = _("이메일 확인이 끝나지 않았어요. 메일로 받은 여섯 자리 번호를 입력해 주세요.")


class PasswordResetNeeded(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "password_reset_needed"
    message = _("비밀번호를 다시 정해야 해요. ‘비밀번호를 잊으셨나요?’에서 번호를 받아 주세요.")


class LoginStepUnknown(Refusal):
    """The password was right, and something more is asked that cannot be answered here."""

    status = HTTPStatus.FORBIDDEN
    code = "login_step_unknown"
    message = _("로그인에 한 단계가 더 필요한 계정이에요. 관리자에게 알려 주세요.")


class TriedTooOften(TooManyTries):
    message = _("여러 번 시도하셨어요. 몇 분 뒤에 다시 해 주세요.")
    retry_after = 300


class AccountsBusy(TooManyTries):
    message = _("지금 로그인하려는 분이 많아요. 잠시 뒤에 다시 해 주세요.")
    retry_after = 10


class AccountsUnavailable(Refusal):
    """The provider cannot be asked now; nothing was changed here."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "accounts_unavailable"
    message = _("지금은 로그인을 확인할 수 없어요. 잠시 뒤에 다시 해 주세요.")
    retry_after = 5


@dataclass(frozen=True)
class Claim:
    """An address that waits for its code: what its row keeps as password, and whose it is."""

    password: str
    sub: str | None = None


class Provider(Protocol):
    """Whatever needs an outside service may also raise AccountsUnavailable or AccountsBusy."""

    def claim(self, *, email: str, password: str) -> Claim | None:
        """Take an address under a password, in place of a claim that was never confirmed. None
        where the address was confirmed before. Raises WeakPassword."""

    def greet(self, *, user: User) -> None:
        """See that the first code is under way, once the row is there."""

    def resend(self, *, email: str, user: User | None) -> None:
        """Mail a new code to whoever waits for one."""

    def confirm(self, *, email: str, user: User | None, digits: str) -> None:
        """Raises WrongCode, ExpiredCode, TooManyTries."""

    def sign_in_confirmed(self, *, user: User, password: str) -> Tokens | None:
        """Tokens for who has just confirmed; None where they take a password that is not given."""

    def check(self, *, email: str, password: str) -> User:
        """Raises WrongCredentials, EmailUnconfirmed, PasswordResetNeeded, LoginStepUnknown."""

    def log_in(self, *, email: str, password: str) -> Tokens:
        """As `check`, and open a sign-in."""

    def refresh(self, *, refresh: str) -> Tokens:
        """Exchange a refresh token. Raises InvalidToken."""

    def log_out(self, *, opened: SignIn) -> None:
        """End a sign-in, here at once."""

    def read(self, *, access: str) -> SignIn:
        """The live sign-in that an access token names. Raises InvalidToken."""

    def ask_reset(self, *, email: str, user: User | None) -> None:
        """Mail a code for a new password, silently nothing to who has no account."""

    def reset(self, *, email: str, user: User | None, digits: str, password: str) -> str:
        """Set a new password; what the row keeps of it. Raises WeakPassword, WrongCode,
        ExpiredCode, TooManyTries."""

    def is_password_of(self, *, user: User, password: str) -> bool:
        """For an act that asks for the password once more."""
