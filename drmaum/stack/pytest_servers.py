"""A pytest plugin: the same embedded PostgreSQL and Redis as the product, for the tests.

Loaded with `-p`, before pytest-django reads the settings. Servers that the environment names
are used instead. Under xdist the workers share the controller's PostgreSQL, where each has its own database.
"""

import os
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from drmaum.stack.places import ROOT
from drmaum.stack.services import Services

_open = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    folder = Path(os.environ.get("DRMAUM_TEST_VAR") or ROOT / "var" / "test")
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["DRMAUM_VAR"] = str(folder)
    os.environ["DATABASE_POOL"] = "0"
    os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789abcdef0123456789abcdef")
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        # A Redis of its own: tests clear the cache, and must not clear their neighbour's.
        os.environ.pop("REDIS_URL")
        folder = folder / worker
        folder.mkdir(exist_ok=True)
    _open.enter_context(Services(folder).lent())


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_unconfigure() -> Generator[None]:
    try:
        return (yield)
    finally:
        _open.close()
