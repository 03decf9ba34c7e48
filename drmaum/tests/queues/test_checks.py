"""A queue that would run a task twice, or for ever, is told of before it does."""

from typing import Any

import pytest
from celery import Celery
from django.core.checks import run_checks

from drmaum.celery import app
from drmaum.queues import checks
from drmaum.queues.holding import needs
from drmaum.tests.queues.amazon import Queues
from transcription.engines.amazon import Amazon
from transcription.workflow import flow


def say() -> None:
    """A task."""


def with_task(**options: Any) -> Celery:
    """An app whose queue "own" has one task."""
    own = Celery("own", set_as_current=False)
    own.conf.task_routes = {"say": {"queue": "own"}}
    own.task(say, name="say", shared=False, **options)
    return own


def found() -> list[tuple[str, str]]:
    """The fault and its queue."""
    told = run_checks(tags=[checks.TAG], include_deployment_checks=True)
    return [(str(fault.id), fault.msg.split()[2]) for fault in told]


def test_queues_that_are_made_for_their_tasks_are_fine(queues: Queues) -> None:
    assert found() == []


def test_without_sqs_no_queue_is_asked() -> None:
    assert found() == []


def test_a_message_must_not_come_again_while_its_task_may_run(queues: Queues) -> None:
    queues.change("answers", VisibilityTimeout="120")
    assert found() == [("drmaum.E102", "answers")]

    queues.change("answers", VisibilityTimeout="121")
    assert found() == []


def test_a_countdown_is_held_by_the_worker_too(queues: Queues) -> None:
    queues.change("speech", VisibilityTimeout="125")

    (fault,) = checks.faults(app, ["speech"])

    assert (fault.id, "transcribe may hold one for 130 s" in fault.msg) == ("drmaum.E102", True)


def test_what_always_fails_must_end_somewhere(queues: Queues) -> None:
    queues.change("work", RedrivePolicy="")
    assert found() == [("drmaum.E103", "work")]


def test_a_queue_that_is_not_there_is_told(queues: Queues, settings: Any) -> None:
    settings.SQS_QUEUES = queues.addresses | {"work": f"{queues.addresses['work']}-gone"}
    assert found() == [("drmaum.E101", "work")]


def test_a_worker_ends_before_it_reads_an_unfit_queue(
    queues: Queues, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues.change("work", VisibilityTimeout="30")

    monkeypatch.setattr(app.amqp.queues, "_consume_from", {"answers": None})
    checks.refuse_unfit_queues(app)

    monkeypatch.setattr(app.amqp.queues, "_consume_from", {"work": None})
    with pytest.raises(SystemExit, match="hands a message out again after 30 s"):
        checks.refuse_unfit_queues(app)


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ({"time_limit": 7}, 7),
        ({}, 100),
        ({"autoretry_for": (OSError,), "retry_backoff": 10, "max_retries": 3}, 140),
        ({"autoretry_for": (OSError,), "retry_backoff": 10, "max_retries": 99}, 700),
        ({"autoretry_for": (OSError,), "default_retry_delay": 50}, 150),
    ],
)
def test_a_task_is_held_for_its_limit_and_its_longest_wait(
    options: dict[str, Any], seconds: float
) -> None:
    own = with_task(**options)
    own.conf.task_time_limit = 100

    assert needs(own)["own"].seconds == seconds


def test_a_task_without_a_limit_fits_no_queue() -> None:
    assert needs(with_task())["own"].seconds == float("inf")


def test_no_pause_of_a_recording_is_longer_than_the_settings_say(settings: Any) -> None:
    told = settings.TASK_COUNTDOWNS["transcription.tasks.transcribe"]
    assert max(flow.OUTAGE_PAUSE, Amazon.pause) <= told
