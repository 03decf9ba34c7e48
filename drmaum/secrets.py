"""Settings that AWS Secrets Manager keeps, and the login of a database whose password rotates.

Without `SECRETS_ID` and `DATABASE_SECRET_ID` nothing is asked and no SDK is loaded. A secret is a
JSON object; it is read when it is first needed, and that it can be read then is required. Later it
is read again after its time, and what was last read goes on to serve while AWS does not answer.
"""

import json
import logging
import os
from collections.abc import Mapping
from functools import cache
from threading import Lock
from time import monotonic
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

logger = logging.getLogger(__name__)
KEPT_SECONDS = 300.0
AGAIN_SECONDS = 30.0  # after a read that failed
LEAST_PAUSE_SECONDS = 3.0  # between two reads, whoever wants another one
LIMITS = {"connect_timeout": 2, "read_timeout": 3, "retries": {"total_max_attempts": 2}}
# How the names of settings end that hold one, wherever they are set.
SECRET = ("_KEY", "_PASSWORD", "_SECRET", "DATABASE_URL", "REDIS_URL", "BROKER_URL")
CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"


class SecretsError(ImproperlyConfigured):
    """A secret that is needed now could not be read."""


class MissingVersionError(SecretsError):
    """The secret, or this stage of it, does not exist."""


class Hidden(str):
    """A secret, or an address that holds one. Settings that are printed show that it is there."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


class Secret:
    """One secret by its ARN or name, for as many threads as want it."""

    def __init__(self, name: str, seconds: float = KEPT_SECONDS) -> None:
        self.name = name
        self._seconds = seconds
        self._known: dict[str, Hidden] = {}
        self._asked_at = self._due_at = float("-inf")
        self._asking = Lock()

    def values(self, *, renewed: bool = False) -> Mapping[str, Hidden]:
        """What it holds. `renewed` asks before the time is over. Raises SecretsError while it was
        never read."""
        with self._asking:
            now = monotonic()
            if now >= (self._asked_at + LEAST_PAUSE_SECONDS if renewed else self._due_at):
                self._ask(now)
            return self._known

    def previous(self) -> Mapping[str, Hidden]:
        """What it held before its last rotation; empty when it never had one. Raises
        SecretsError."""
        try:
            return _read(self.name, PREVIOUS)
        except MissingVersionError:
            return {}

    def _ask(self, now: float) -> None:
        try:
            self._known = _read(self.name, CURRENT)
        except SecretsError as error:
            if not self._known:
                raise
            logger.warning("%s; what was last read goes on to serve", error)
            self._due_at = now + min(AGAIN_SECONDS, self._seconds)
        else:
            self._due_at = now + self._seconds
        self._asked_at = now


class Env(environ.Env):
    """The environment, and what it lacks from a secret."""

    def __init__(self, secret: Secret | None) -> None:
        super().__init__()
        self.secret = secret
        self._kept = dict(secret.values()) if secret else {}

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, **further: Any
    ) -> Any:
        if var not in self._kept or var in os.environ:
            found = super().get_value(var, cast, default, **further)
            return Hidden(found) if isinstance(found, str) and var.endswith(SECRET) else found
        # Not looked at for a leading $, which means another variable in the environment.
        if cast is None and not isinstance(default, (environ.NoValue, type(None))):
            cast = type(default)
        kept = self._kept[var]
        return kept if cast in (None, str) else self.parse_value(kept, cast)

    def earlier(self, var: str) -> list[str]:
        """The value before the last rotation, where there was another one."""
        if self.secret is None or var in os.environ:
            return []
        found = self.secret.previous().get(var)
        return [found] if found and found != self._kept.get(var) else []


def _read(name: str, stage: str) -> dict[str, Hidden]:
    """Raises SecretsError, whose text holds nothing of the secret."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  (as for the SDK below)

    try:
        told = _client(name).get_secret_value(SecretId=name, VersionStage=stage)
        found = json.loads(told["SecretString"])
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        kind = MissingVersionError if code == "ResourceNotFoundException" else SecretsError
        raise kind(f"the secret {name} could not be read: {code}") from error
    except (BotoCoreError, OSError) as error:
        told_of = type(error).__name__
        raise SecretsError(f"the secret {name} could not be read: {told_of}") from error
    except (KeyError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise SecretsError(f"the secret {name} is not a JSON object")
    return {key: _hidden(value) for key, value in found.items()}


def _hidden(value: object) -> Hidden:
    return Hidden(value if isinstance(value, str) else json.dumps(value))


def _client(name: str) -> Any:
    region = name.split(":")[3] if name.startswith("arn:") else os.environ.get("SECRETS_REGION")
    return _made(region or "ap-northeast-2", os.environ.get("SECRETS_ENDPOINT") or None)


@cache
def _made(region: str, endpoint: str | None) -> Any:
    import boto3  # noqa: PLC0415  (an SDK, where it is switched on only)
    from botocore.config import Config  # noqa: PLC0415

    session = boto3.session.Session()
    config = Config(**LIMITS)
    return session.client("secretsmanager", region, endpoint_url=endpoint, config=config)


env = Env(Secret(os.environ["SECRETS_ID"]) if os.environ.get("SECRETS_ID") else None)
