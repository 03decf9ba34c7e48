"""The same product with each provider of accounts, and where its codes can be read."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from profiles.accounts import jwks
from profiles.tests.accounts.pool import CLIENT, POOL, Pool


@pytest.fixture(scope="session")
def _running() -> Iterator[Pool]:
    running = Pool()
    yield running
    running.stop()


@pytest.fixture
def pool(_running: Pool, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    """Accounts are kept in this pool."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    running = _running
    running.empty()
    settings.ACCOUNTS_PROVIDER = "cognito"
    settings.COGNITO_POOL_ID, settings.COGNITO_CLIENT_ID = POOL, CLIENT
    settings.COGNITO_ENDPOINT_URL = running.url
    settings.COGNITO_ISSUER = running.issuer
    settings.COGNITO_JWKS_URL = f"{running.issuer}/.well-known/jwks.json"
    yield running
    jwks.keys_at.cache_clear()


@pytest.fixture(params=["embedded", "cognito"])
def provider(request: pytest.FixtureRequest, transactional_db: None) -> str:
    if request.param == "cognito":
        request.getfixturevalue("pool")
    return str(request.param)


@pytest.fixture
def code_for(
    provider: str, request: pytest.FixtureRequest, mailed_digits: Callable[[], str]
) -> Callable[[str], str]:
    """The code that was mailed to an address, by us or by the pool."""
    if provider == "embedded":
        return lambda _email: mailed_digits()
    running: Pool = request.getfixturevalue("pool")
    return running.outbox
