"""The login of a database whose password AWS changes: on a real PostgreSQL that asks for it."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from psycopg import sql

from drmaum import secrets
from drmaum.postgres import base
from drmaum.tests.queues.test_secrets import Clock

NAME = "drmaum/database"
ROLE = "rotating"
pytestmark = pytest.mark.django_db


class Login:
    """A role of the database and the secret that should know its password."""

    def __init__(self, client: Any) -> None:
        known = connection.get_connection_params()
        self.link = psycopg.connect(
            **{name: known[name] for name in ("host", "port", "dbname", "user", "password")},
            autocommit=True,
        )
        self.client = client
        self.link.execute(sql.SQL("create role {} login").format(sql.Identifier(ROLE)))
        self.change("first")
        client.create_secret(Name=NAME, SecretString=self.text("first"))

    def text(self, password: str) -> str:
        return json.dumps({"username": ROLE, "password": password})

    def change(self, password: str) -> None:
        change = sql.SQL("alter role {} password {}")
        self.link.execute(change.format(sql.Identifier(ROLE), sql.Literal(password)))

    def rotate(self, password: str) -> None:
        self.change(password)
        self.client.put_secret_value(SecretId=NAME, SecretString=self.text(password))

    def close(self) -> None:
        self.link.execute(sql.SQL("drop role {}").format(sql.Identifier(ROLE)))
        self.link.close()
        self.client.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(secrets, "monotonic", made)
    return made


@pytest.fixture
def login(
    credentials: None, s3_server: str, clock: Clock, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Login]:
    monkeypatch.setenv("SECRETS_ENDPOINT", s3_server)
    settings.DATABASE_SECRET_ID = NAME
    base._secret.cache_clear()
    made = Login(secrets._client(NAME))
    yield made
    made.close()
    base._secret.cache_clear()


@pytest.fixture
def database(login: Login) -> Iterator[base.DatabaseWrapper]:
    made = base.DatabaseWrapper({**connection.settings_dict, "USER": "", "PASSWORD": ""})
    yield made
    made.close()
    made.close_pool()


def whoever(database: base.DatabaseWrapper) -> str:
    database.close()
    with database.cursor() as cursor:
        cursor.execute("select current_user")
        return str(cursor.fetchone()[0])


def test_the_secret_says_who_logs_in(database: base.DatabaseWrapper) -> None:
    assert whoever(database) == ROLE


def test_a_password_that_has_just_changed_is_asked_for(
    database: base.DatabaseWrapper, login: Login, clock: Clock
) -> None:
    whoever(database)
    login.rotate("second")
    clock.now += secrets.LEAST_PAUSE_SECONDS

    assert whoever(database) == ROLE


def test_a_pool_gets_it_too(database: base.DatabaseWrapper, login: Login, clock: Clock) -> None:
    limits = {"min_size": 0, "max_size": 1, "timeout": 10}
    database.settings_dict = {
        **database.settings_dict,
        "OPTIONS": {**database.settings_dict["OPTIONS"], "pool": limits},
        "CONN_MAX_AGE": 0,
    }
    assert whoever(database) == ROLE
    database.close_pool()
    login.rotate("second")
    clock.now += secrets.LEAST_PAUSE_SECONDS

    assert whoever(database) == ROLE


def test_while_the_secret_is_away_the_last_login_serves(
    database: base.DatabaseWrapper, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    whoever(database)
    monkeypatch.setenv("SECRETS_ENDPOINT", "http://127.0.0.1:9")
    clock.now += secrets.KEPT_SECONDS

    assert whoever(database) == ROLE


def test_a_wrong_password_is_refused_and_not_told(
    database: base.DatabaseWrapper, login: Login
) -> None:
    login.change("another")

    with pytest.raises(OperationalError) as raised:
        whoever(database)

    assert "first" not in str(raised.value)
