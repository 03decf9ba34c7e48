"""Amazon SQS and Secrets Manager on a server of this machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from chat.tests.bucket import s3_server  # noqa: F401  (a fixture: its server speaks all of AWS)
from drmaum.queues import sqs
from drmaum.tests.queues.amazon import Queues


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)


@pytest.fixture
def queues(
    credentials: None,
    s3_server: str,  # noqa: F811
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Queues]:
    """The product's queues, each with one for its dead letters; SQS is the broker."""
    monkeypatch.setattr(sqs, "WAIT_SECONDS", 0)
    made = Queues(s3_server)
    settings.CELERY_BROKER_URL = "sqs://"
    settings.SQS_REGION, settings.SQS_ENDPOINT = made.region, made.endpoint
    settings.SQS_QUEUES = made.addresses
    yield made
    made.remove()
