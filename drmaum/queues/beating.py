"""The heartbeat of workers and of the scheduler, where HEARTBEAT_FILE is set.

A worker touches the file from the timer of the very loop that reads its queue. The loop stands
still while a blocked callback or a lost Redis keeps it; of SQS, whose polls fail without stopping
it, the last answer counts. The scheduler touches it whenever it has handed a task to the broker,
which it does every few seconds.
"""

import sys
from typing import Any

from celery import Celery, bootsteps, signals
from django.conf import settings

from drmaum.lib import heartbeat

EVERY_SECONDS = 5.0
LONGEST_SILENCE_SECONDS = 45.0  # of SQS, which answers a poll within half of it


class Beating(bootsteps.StartStopStep):
    """A step of the worker."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, worker: Any, **_: Any) -> None:
        self.enabled = bool(settings.HEARTBEAT_FILE)
        self.timer: Any = None

    def start(self, worker: Any) -> None:
        self.timer = worker.timer.call_repeatedly(EVERY_SECONDS, self.beat)

    def stop(self, worker: Any) -> None:
        if self.timer is not None:
            self.timer.cancel()

    def beat(self) -> None:
        if _silence() < LONGEST_SILENCE_SECONDS:
            heartbeat.beat(settings.HEARTBEAT_FILE)


def keep_beating(app: Celery) -> None:
    """Of every worker and scheduler of this app."""
    app.steps["worker"].add(Beating)
    signals.beat_init.connect(_follow_scheduler)


def _follow_scheduler(**_: Any) -> None:
    if settings.HEARTBEAT_FILE:
        signals.after_task_publish.connect(_beat)


def _beat(**_: Any) -> None:
    heartbeat.beat(settings.HEARTBEAT_FILE)


def _silence() -> float:
    # Loaded by the broker that it is, if at all.
    transport = sys.modules.get("drmaum.queues.transport")
    return 0.0 if transport is None else float(transport.longest_silence())
