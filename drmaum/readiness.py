"""Whether what the product needs does answer: each thing is asked by itself, and has two
seconds. Only names and states are told, never an address or what an error says.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import redis
from django.conf import settings
from django.db import connection

from chat.uploads.storage import media
from drmaum.celery import app

logger = logging.getLogger(__name__)
PATIENCE = 2.0
_asking: dict[str, threading.Thread] = {}


def found() -> dict[str, bool]:
    """Name -> whether it answers."""
    answers: dict[str, bool] = {}
    asked = {name: _ask(name, check, answers) for name, check in _checks().items()}
    ends = time.monotonic() + PATIENCE
    for thread in asked.values():
        thread.join(max(0.0, ends - time.monotonic()))
    return {name: answers.get(name, False) for name in asked}


def _checks() -> dict[str, Callable[[], object]]:
    checks: dict[str, Callable[[], object]] = {
        "database": _ask_database,
        "redis": _ask_redis,
        "broker": _ask_broker,
    }
    if settings.MEDIA_BUCKET:
        checks["storage"] = media().reach
    return checks


def _ask(name: str, check: Callable[[], object], answers: dict[str, bool]) -> threading.Thread:
    """Have it asked beside this thread. One that still hangs from before is not asked again."""

    def ask() -> None:
        try:
            check()
            answers[name] = True
        except Exception as error:  # noqa: BLE001  (each client has errors of its own)
            logger.warning("%s does not answer: %s", name, type(error).__name__)
        finally:
            connection.close()

    earlier = _asking.get(name)
    if earlier is not None and earlier.is_alive():
        return earlier
    _asking[name] = threading.Thread(target=ask, name=f"ready {name}", daemon=True)
    _asking[name].start()
    return _asking[name]


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def _ask_redis() -> None:
    limits = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    with redis.Redis.from_url(settings.REDIS_URL, **limits) as client:
        client.ping()


def _ask_broker() -> None:
    """How long a queue is: a question that Redis and SQS both answer."""
    with app.connection_for_write() as link:
        channel: Any = link.default_channel
        channel.queue_declare(settings.CELERY_TASK_DEFAULT_QUEUE)
