"""For how long a worker may keep a message before it is done with it.

It receives a message that has a countdown at once, and holds it until its hour; then it works. SQS
hands a message out again when it has been held longer than the queue's visibility timeout.
"""

from dataclasses import dataclass
from typing import Any

from celery import Celery
from django.conf import settings

OF_CELERY = "celery."
# Celery's own, where a task names none.
BACKOFF_MAX_SECONDS = 600


@dataclass(frozen=True)
class Need:
    """The task of a queue that is held longest."""

    task: str
    seconds: float


def needs(app: Celery) -> dict[str, Need]:
    """Queue -> its longest task, of all that are registered."""
    app.loader.import_default_modules()
    found: dict[str, Need] = {}
    for name, task in sorted(app.tasks.items()):
        if name.startswith(OF_CELERY):
            continue
        queue = app.amqp.router.route({}, name)["queue"].name
        need = Need(name, _held(task))
        if queue not in found or need.seconds > found[queue].seconds:
            found[queue] = need
    return found


def _held(task: Any) -> float:
    limit = task.time_limit or task.app.conf.task_time_limit or float("inf")
    return float(limit) + _longest_countdown(task)


def _longest_countdown(task: Any) -> float:
    """What the settings say of the task, or what its retries come to."""
    declared = float(settings.TASK_COUNTDOWNS.get(task.name, 0))
    if not getattr(task, "autoretry_for", ()):
        return declared
    return max(declared, _longest_retry(task))


def _longest_retry(task: Any) -> float:
    backoff = getattr(task, "retry_backoff", False)
    if not backoff:
        return float(task.default_retry_delay)
    most = float(getattr(task, "retry_backoff_max", BACKOFF_MAX_SECONDS))
    if task.max_retries is None:
        return most
    return min(most, float(backoff) * 2.0 ** max(0, int(task.max_retries) - 1))
