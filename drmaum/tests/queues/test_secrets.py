"""Secrets that AWS keeps: read seldom, renewed in time, kept while AWS is away, never told."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from drmaum import secrets
from drmaum.secrets import Env, Hidden, Secret, SecretsError

NAME = "drmaum/settings"
NOBODY = "http://127.0.0.1:9"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(secrets, "monotonic", made)
    return made


@pytest.fixture
def manager(
    credentials: None,
    s3_server: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Any]:
    """Secrets Manager, where one secret lies."""
    monkeypatch.setenv("SECRETS_ENDPOINT", s3_server)
    client = secrets._client(NAME)
    client.create_secret(Name=NAME, SecretString=json.dumps({"SECRET_KEY": "first", "PORT": "12"}))
    yield client
    client.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)


def rotate(manager: Any, **values: object) -> None:
    manager.put_secret_value(SecretId=NAME, SecretString=json.dumps(values))


def test_a_secret_is_read_once_until_its_time_is_over(manager: Any, clock: Clock) -> None:
    secret = Secret(NAME, seconds=300)
    assert secret.values()["SECRET_KEY"] == "first"
    rotate(manager, SECRET_KEY="second")

    clock.now += 299
    assert secret.values()["SECRET_KEY"] == "first"
    clock.now += 1
    assert secret.values()["SECRET_KEY"] == "second"


def test_while_aws_is_away_the_last_good_value_serves(
    manager: Any,
    clock: Clock,
    s3_server: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = Secret(NAME, seconds=300)
    secret.values()
    rotate(manager, SECRET_KEY="second")

    clock.now += 300
    monkeypatch.setenv("SECRETS_ENDPOINT", NOBODY)
    with caplog.at_level(logging.WARNING, "drmaum"):
        assert secret.values()["SECRET_KEY"] == "first"
    assert "EndpointConnectionError" in caplog.text
    assert "first" not in caplog.text

    monkeypatch.setenv("SECRETS_ENDPOINT", s3_server)
    clock.now += secrets.AGAIN_SECONDS - 1
    assert secret.values()["SECRET_KEY"] == "first"
    clock.now += 1
    assert secret.values()["SECRET_KEY"] == "second"


def test_whoever_needs_the_newest_asks_before_the_time_but_not_all_at_once(
    manager: Any, clock: Clock
) -> None:
    secret = Secret(NAME, seconds=300)
    secret.values()
    rotate(manager, SECRET_KEY="second")

    assert secret.values(renewed=True)["SECRET_KEY"] == "first"
    clock.now += secrets.LEAST_PAUSE_SECONDS
    assert secret.values(renewed=True)["SECRET_KEY"] == "second"


def test_a_secret_that_was_never_read_is_needed(
    credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRETS_ENDPOINT", NOBODY)
    with pytest.raises(SecretsError, match=f"{NAME} could not be read: EndpointConnectionError"):
        Secret(NAME).values()


def test_a_secret_that_is_not_there_says_so(manager: Any) -> None:
    with pytest.raises(SecretsError, match="another could not be read: ResourceNotFoundException"):
        Secret("another").values()


@pytest.mark.parametrize("text", ["hunter2", '["hunter2"]'])
def test_what_is_no_object_is_not_told(manager: Any, text: str) -> None:
    manager.put_secret_value(SecretId=NAME, SecretString=text)

    with pytest.raises(SecretsError, match="is not a JSON object") as raised:
        Secret(NAME).values()

    assert "hunter2" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_setting_comes_from_the_secret_unless_the_environment_names_it(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY")
    env = Env(Secret(NAME))

    assert env("SECRET_KEY") == "first"
    assert env.int("PORT", default=1) == 12
    assert env("ANOTHER", default="none") == "none"
    with pytest.raises(ImproperlyConfigured):
        env("ANOTHER")
    monkeypatch.setenv("SECRET_KEY", "of the environment")
    assert env("SECRET_KEY") == "of the environment"


def test_settings_that_are_printed_hold_no_secret(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.delenv("DATABASE_URL")
    rotate(manager, SECRET_KEY="hunter2", DATABASE_URL="postgres://me:hunter2@host/db")
    env = Env(Secret(NAME))

    told = {name: env(name) for name in ("SECRET_KEY", "DATABASE_URL")}

    assert "hunter2" not in repr(told)
    assert "hunter2" not in repr([env.secret, vars(env.secret)])
    assert env.db("DATABASE_URL")["HOST"] == "host"


def test_keys_of_the_environment_are_hidden_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "hunter2")
    monkeypatch.setenv("SOME_CLIENT_SECRET", "hunter2")

    told = [Env(None)("SOME_API_KEY"), Env(None)("SOME_CLIENT_SECRET")]

    assert told == ["hunter2", "hunter2"]
    assert all(isinstance(one, Hidden) for one in told)


def test_what_was_signed_before_a_rotation_can_still_be_read(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY")
    assert Env(Secret(NAME)).earlier("SECRET_KEY") == []

    rotate(manager, SECRET_KEY="second")

    assert Env(Secret(NAME)).earlier("SECRET_KEY") == ["first"]
    assert "first" not in repr(Env(Secret(NAME)).earlier("SECRET_KEY"))
