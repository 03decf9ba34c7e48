"""The gateway to an Amazon Cognito user pool: one function a call, and refusals for its errors.

The pool's app client allows ALLOW_USER_PASSWORD_AUTH, has token revocation and
PreventUserExistenceErrors on, and best rotates its refresh tokens; the pool takes e-mail addresses
as user names and verifies them by code. Only the calls named `admin_…` are signed: the role needs
AdminGetUser, AdminDeleteUser and AdminUserGlobalSignOut on the pool.
"""

import base64
import hashlib
import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from django.conf import settings

from profiles.accounts.base import (
    AccountsBusy,
    AccountsUnavailable,
    EmailUnconfirmed,
    LoginStepUnknown,
    PasswordResetNeeded,
    TriedTooOften,
    WeakPassword,
    WrongCredentials,
)
from profiles.codes import ExpiredCode, WrongCode
from profiles.tokens import InvalidToken

logger = logging.getLogger(__name__)
LIMITS = {"connect_timeout": 3, "read_timeout": 5, "retries": {"total_max_attempts": 2}}
_making = Lock()

Meanings = Mapping[str, type[Exception]]


class AddressTakenError(Exception):
    """Somebody signed this address up before."""


class NobodyError(Exception):
    """Nobody to whom this could be done: unknown, or not in the state for it."""


# What Cognito calls it, and what it is to us; a call may know better.
MEANINGS: Meanings = {
    "CodeMismatchException": WrongCode,
    "ExpiredCodeException": ExpiredCode,
    "InvalidPasswordException": WeakPassword,
    "LimitExceededException": TriedTooOften,
    "PasswordHistoryPolicyViolationException": WeakPassword,
    "TooManyFailedAttemptsException": TriedTooOften,
    "TooManyRequestsException": AccountsBusy,
}
AT_LOGIN: Meanings = {
    "NotAuthorizedException": WrongCredentials,
    "PasswordResetRequiredException": PasswordResetNeeded,
    "UserNotConfirmedException": EmailUnconfirmed,
    "UserNotFoundException": WrongCredentials,
}
# Two that are told as NotAuthorizedException, like a wrong password.
LOCKED_OUT, MISCONFIGURED = "attempts exceeded", "secret"


@dataclass(frozen=True)
class Granted:
    """What a login or a refresh gave. A refresh gives a new refresh token where they rotate."""

    access: str
    identity: str
    refresh: str
    expires_in: int


@dataclass(frozen=True)
class Known:
    sub: str
    is_confirmed: bool


def sign_up(email: str, password: str) -> str:
    """The new user's `sub`; the code is mailed. Raises AddressTakenError, WeakPassword."""
    told = _ask(
        "sign_up",
        {"UsernameExistsException": AddressTakenError, "InvalidParameterException": WeakPassword},
        **_as_client(email),
        Username=email,
        Password=password,
        UserAttributes=[{"Name": "email", "Value": email}],
    )
    return str(told["UserSub"])


def look_up(email: str) -> Known:
    """Raises NobodyError."""
    told = _ask(
        "admin_get_user",
        {"UserNotFoundException": NobodyError},
        UserPoolId=settings.COGNITO_POOL_ID,
        Username=email,
    )
    held = {one["Name"]: one.get("Value", "") for one in told["UserAttributes"]}
    return Known(held["sub"], told["UserStatus"] != "UNCONFIRMED")


def confirm(email: str, digits: str) -> None:
    """Raises WrongCode, ExpiredCode, TriedTooOften."""
    asked = {**_as_client(email), "Username": email, "ConfirmationCode": digits}
    _ask("confirm_sign_up", _code_meanings(WrongCode), **asked)


def resend(email: str) -> None:
    """Raises NobodyError."""
    _ask("resend_confirmation_code", _nobody(), **_as_client(email), Username=email)


def log_in(username: str, password: str) -> Granted:
    """Raises WrongCredentials, EmailUnconfirmed, PasswordResetNeeded, LoginStepUnknown."""
    given = {"USERNAME": username, "PASSWORD": password}
    if settings.COGNITO_CLIENT_SECRET:
        given["SECRET_HASH"] = _secret_hash(username)
    told = _ask(
        "initiate_auth",
        AT_LOGIN,
        ClientId=settings.COGNITO_CLIENT_ID,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters=given,
    )
    if "AuthenticationResult" not in told:
        logger.warning("a login asks for %s, which is unknown here", told.get("ChallengeName"))
        raise LoginStepUnknown
    return _granted(told)


def refresh(token: str) -> Granted:
    """Raises InvalidToken."""
    spent = ("NotAuthorizedException", "RefreshTokenReuseException", "UserNotFoundException")
    meanings = dict.fromkeys(spent, InvalidToken)
    told = _ask(
        "get_tokens_from_refresh_token", meanings, **_as_client_by_secret(), RefreshToken=token
    )
    return _granted(told)


def revoke(token: str) -> None:
    """A refresh token, with every access token of its family."""
    _ask("revoke_token", None, **_as_client_by_secret(), Token=token)


def forgot(email: str) -> None:
    """Raises NobodyError."""
    _ask("forgot_password", _nobody(), **_as_client(email), Username=email)


def reset(email: str, digits: str, password: str) -> None:
    """Raises WrongCode, ExpiredCode, WeakPassword, TriedTooOften."""
    _ask(
        "confirm_forgot_password",
        _code_meanings(WeakPassword),
        **_as_client(email),
        Username=email,
        ConfirmationCode=digits,
        Password=password,
    )


def end_everywhere(sub: str) -> None:
    """Every refresh token of somebody, given by whomever."""
    _ask("admin_user_global_sign_out", UserPoolId=settings.COGNITO_POOL_ID, Username=sub)


def delete(sub: str) -> None:
    """Whoever is gone already is gone."""
    try:
        _ask(
            "admin_delete_user",
            {"UserNotFoundException": NobodyError},
            UserPoolId=settings.COGNITO_POOL_ID,
            Username=sub,
        )
    except NobodyError:
        logger.info("a user was not in the pool any more")


def _granted(told: Mapping[str, Any]) -> Granted:
    given = told["AuthenticationResult"]
    return Granted(
        access=given["AccessToken"],
        identity=given.get("IdToken", ""),
        refresh=given.get("RefreshToken", ""),
        expires_in=given["ExpiresIn"],
    )


def _nobody() -> Meanings:
    """Of mails that are asked for: unknown, confirmed already, without an address of proof."""
    said = ("UserNotFoundException", "InvalidParameterException", "NotAuthorizedException")
    return dict.fromkeys(said, NobodyError)


def _code_meanings(of_parameters: type[Exception]) -> Meanings:
    """Nobody learns from a wrong code who is here, or in which state."""
    said = ("UserNotFoundException", "NotAuthorizedException", "UserNotConfirmedException")
    return dict.fromkeys(said, WrongCode) | {"InvalidParameterException": of_parameters}


def _as_client(username: str) -> dict[str, str]:
    who = {"ClientId": settings.COGNITO_CLIENT_ID}
    if settings.COGNITO_CLIENT_SECRET:
        who["SecretHash"] = _secret_hash(username)
    return who


def _as_client_by_secret() -> dict[str, str]:
    """Calls that know no user name take the secret itself."""
    who = {"ClientId": settings.COGNITO_CLIENT_ID}
    if settings.COGNITO_CLIENT_SECRET:
        who["ClientSecret"] = settings.COGNITO_CLIENT_SECRET
    return who


def _secret_hash(username: str) -> str:
    secret = settings.COGNITO_CLIENT_SECRET.encode()
    text = f"{username}{settings.COGNITO_CLIENT_ID}".encode()
    return base64.b64encode(hmac.digest(secret, text, hashlib.sha256)).decode()


def _ask(operation: str, meanings: Meanings | None = None, **asked: Any) -> dict[str, Any]:
    """Make one call. Raises what its error means; AccountsUnavailable for whatever is not meant
    for the person who asked."""
    try:
        told: dict[str, Any] = getattr(client(), operation)(**asked)
    except ClientError as error:
        raise _meaning(operation, error, {**MEANINGS, **(meanings or {})}) from error
    except (BotoCoreError, OSError) as error:
        logger.warning("cognito %s: %s", operation, type(error).__name__)
        raise AccountsUnavailable from error
    return told


def _meaning(operation: str, error: ClientError, meanings: Meanings) -> Exception:
    told = error.response.get("Error", {})
    code, message = told.get("Code", ""), told.get("Message", "").lower()
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    if LOCKED_OUT in message:
        return TriedTooOften()
    if (
        status >= HTTPStatus.INTERNAL_SERVER_ERROR
        or code not in meanings
        or MISCONFIGURED in message
    ):
        # A setting of pool, client or role, or an outage: for whoever runs this.
        logger.error("cognito %s: %s %s", operation, status, code)
        return AccountsUnavailable()
    logger.info("cognito %s: %s", operation, code)
    return meanings[code]()


def client() -> Any:
    """Made once a process, by the first who asks: a client may be shared, its making may not."""
    with _making:
        return _client(settings.COGNITO_REGION, settings.COGNITO_ENDPOINT_URL)


@cache
def _client(region: str, endpoint: str) -> Any:
    session = boto3.session.Session()
    if session.get_credentials() is None:  # a client made without them never gets any
        raise NoCredentialsError
    return session.client(
        "cognito-idp",
        region_name=region,
        endpoint_url=endpoint or None,
        config=Config(**LIMITS),
    )
