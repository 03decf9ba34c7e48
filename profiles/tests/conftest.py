"""What account tests share: a client nobody signed in, mailed digits, the error shape, time."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from conftest import PASSWORD

SIX_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")


@pytest.fixture
def nobody() -> APIClient:
    """An API client without any credentials; a server error is an answer, as in production."""
    return APIClient(raise_request_exception=False)


@pytest.fixture
def visitor() -> Client:
    """A browser that sends the CSRF token only where the test does."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.fixture
def application() -> dict[str, Any]:
    """What a new owner fills in."""
    return {
        "email": "new@example.com",
        "password": PASSWORD,
        "name": "새보호자",
        "consents": {"terms": True, "privacy": True, "overseas_ai": False},
    }


@pytest.fixture
def mailed_digits() -> Callable[[], str]:
    """The six digits of the newest mail."""

    def read() -> str:
        (digits,) = SIX_DIGITS.findall(str(mail.outbox[-1].body))
        return digits

    return read


@pytest.fixture
def wrong_digits(mailed_digits: Callable[[], str]) -> Callable[[], str]:
    """Six digits that are not those of the newest mail."""
    return lambda: f"{(int(mailed_digits()) + 1) % 10**6:06d}"


@pytest.fixture
def signed_up(transactional_db: None, nobody: APIClient, application: dict[str, Any]) -> str:
    """The address of somebody who signed up and has not confirmed yet."""
    assert nobody.post("/api/v1/auth/signup", application).status_code == 202
    return application["email"]


@pytest.fixture
def refused() -> Callable[..., dict[str, Any]]:
    """Check an answer against the one error shape; its body."""

    def check(answer: Any, status: int, code: str, *fields: str) -> dict[str, Any]:
        assert answer.status_code == status, answer.content
        body = answer.json()
        assert body["code"] == code
        assert re.search("[가-힣]", body["message"])
        assert set(body) == {"code", "message"} | ({"fields"} if fields else set())
        assert set(body.get("fields", {})) == set(fields)
        for problems in body.get("fields", {}).values():
            assert problems
            assert all(set(problem) == {"code", "message"} for problem in problems)
        return body

    return check


@pytest.fixture
def later(time_machine: Any) -> Callable[[timedelta], None]:
    """Let time pass."""
    return lambda span: time_machine.move_to(timezone.now() + span)
