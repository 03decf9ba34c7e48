"""What one setting changes: the broker is Redis without it, and SQS with it."""

import runpy
import sys
from typing import Any
from unittest.mock import patch

import pytest

from drmaum.celery import app
from drmaum.stack.places import ROOT

ADDRESS = "https://sqs.ap-northeast-2.amazonaws.com/123456789012/"


def told(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with patch.dict(sys.modules):
        return runpy.run_path(str(ROOT / "drmaum" / "queue_settings.py"))


@pytest.fixture
def on_sqs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    names = ("ANSWERS", "WORK", "SPEECH")
    addresses = {f"SQS_{name}": f"{ADDRESS}{name.lower()}" for name in names}
    return told(monkeypatch, CELERY_BROKER_URL="sqs://", **addresses)


def test_without_a_word_of_amazon_the_broker_is_redis() -> None:
    assert app.conf.broker_url.startswith("redis://")
    assert app.conf.broker_transport is None
    assert app.conf.task_acks_on_failure_or_timeout
    assert app.conf.task_queues is None
    assert not [entry for entry in app.conf.beat_schedule.values() if "options" in entry]


def test_every_kind_of_work_has_a_queue_that_was_made_beforehand(on_sqs: dict[str, Any]) -> None:
    routed = {route["queue"] for route in on_sqs["CELERY_TASK_ROUTES"].values()}
    made = on_sqs["CELERY_BROKER_TRANSPORT_OPTIONS"]["predefined_queues"]

    assert set(made) == {queue.name for queue in on_sqs["CELERY_TASK_QUEUES"]} == routed
    assert made["speech"] == {"url": f"{ADDRESS}speech"}
    assert not on_sqs["CELERY_TASK_CREATE_MISSING_QUEUES"]


def test_a_message_is_gone_only_when_its_task_is_done(on_sqs: dict[str, Any]) -> None:
    assert on_sqs["CELERY_TASK_ACKS_LATE"]
    assert not on_sqs["CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT"]


def test_a_sweep_that_others_have_followed_is_no_dead_letter(on_sqs: dict[str, Any]) -> None:
    expiring = {
        name for name, entry in on_sqs["CELERY_BEAT_SCHEDULE"].items() if "options" in entry
    }
    assert {"sweep-jobs", "remove-orphans"} <= expiring
    assert not {"find-gaps", "remind-of-care"} & expiring
