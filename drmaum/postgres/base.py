"""Django's PostgreSQL, which logs in with what a secret says at that moment.

Amazon RDS changes the password that it manages every few days. A connection that stands is not
touched by it; the next one is made with the new password, also where the secret had been read just
before the change.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeVar

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base

from drmaum.secrets import Secret, SecretsError

T = TypeVar("T")


@cache
def _secret(name: str) -> Secret:
    return Secret(name)


def _login(*, renewed: bool = False) -> dict[str, str]:
    """Raises SecretsError."""
    found = _secret(settings.DATABASE_SECRET_ID).values(renewed=renewed)
    try:
        return {"user": found["username"], "password": found["password"]}
    except KeyError as error:
        raise SecretsError(f"the database's secret has no {error.args[0]}") from None


def _logged_in(connect: Callable[..., T], known: dict[str, Any]) -> T:
    """Connect, and once more when the login has changed meanwhile. Raises OperationalError,
    SecretsError."""
    login = _login()
    try:
        return connect(**known | login)
    except psycopg.OperationalError:
        newer = _login(renewed=True)
        if newer == login:
            raise
        return connect(**known | newer)


class LoggedIn(psycopg.Connection[Any]):
    """A connection of the pool."""

    @classmethod
    def connect(cls, conninfo: str = "", **known: Any) -> "LoggedIn":
        return _logged_in(partial(super().connect, conninfo), known)


class DatabaseWrapper(base.DatabaseWrapper):
    @property
    def pool(self) -> Any:
        options = self.settings_dict["OPTIONS"].get("pool")
        if options:
            options.setdefault("connection_class", LoggedIn)
        return super().pool

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if self.pool:
            return super().get_new_connection(conn_params)
        connect = super().get_new_connection
        return _logged_in(lambda **known: connect(known), conn_params)
