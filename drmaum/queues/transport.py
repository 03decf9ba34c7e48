"""Celery's way to SQS, made to outlive what SQS and the network do.

kombu 5.7 brings a transport of its own, whose worker ends at any poll that is answered otherwise
than by 200: a closed connection, a 503, throttling. It sets no time limit to a poll, so that one
which the network has swallowed is waited for for ever; and an error of SQS leaves a publish as
what no caller of Celery expects. Here such a poll is repeated after a pause, no poll outlasts its
limit, and every failed publish is an `OperationalError`. What was last heard of each queue is kept
for the worker's heartbeat.
"""

import logging
import time
from typing import Any

import pycurl
from botocore.exceptions import ClientError
from kombu.asynchronous.aws.connection import AsyncHTTPSConnection
from kombu.asynchronous.aws.sqs.connection import AsyncSQSConnection
from kombu.transport import SQS

from drmaum.queues import sqs

logger = logging.getLogger(__name__)
CONNECT_SECONDS = 5
POLL_SECONDS = 20  # SQS keeps a poll open no longer
LONGEST_POLL_SECONDS = POLL_SECONDS + 10
PAUSE_SECONDS = 3.0
# Queue -> when it last answered a poll of this process, or when none was due.
_heard: dict[str, float] = {}


def longest_silence() -> float:
    """For how many seconds the quietest queue that is read here has not answered."""
    return time.monotonic() - min(_heard.values()) if _heard else 0.0


class Poll(AsyncHTTPSConnection):
    """A request with the limits that kombu's client is told but does not set."""

    def getrequest(self) -> Any:
        request = super().getrequest()
        request.on_prepare = _limit
        return request


class Polls(AsyncSQSConnection):
    """Polls of one queue. One that was not answered gives None and never raises."""

    def get_http_connection(self) -> Poll:
        return Poll(http_client=self._httpclient)

    def _on_list_ready(self, parent: Any, markers: Any, operation: str, response: Any) -> Any:
        try:
            found = super()._on_list_ready(parent, markers, operation, response)  # type: ignore[misc]
            return found or None
        except Exception:  # noqa: BLE001  (kombu raises a bare one for each status but a few)
            logger.warning("SQS refuses to be polled: HTTP %s", response.status)
            return None


class Channel(SQS.Channel):
    """Reads predefined queues, with the credentials of the process."""

    def new_sqs_client(self, region: str, *credentials: Any, **further: Any) -> Any:
        return sqs.client(region, self.transport_options.get("endpoint", ""))

    def asynsqs(self, queue: str) -> Polls:  # type: ignore[override]
        known = self._predefined_queue_async_clients
        if queue not in known:
            known[queue] = Polls(sqs_connection=self.sqs(queue=queue), region=self.region)
        found: Polls = known[queue]
        return found

    def _schedule_queue(self, queue: str) -> None:
        # A worker whose hands are full does not poll, and is well.
        if queue not in _heard or not self.qos.can_consume():
            _heard[queue] = time.monotonic()
        super()._schedule_queue(queue)  # type: ignore[misc]

    def _on_messages_ready(self, url: str, queue: str, messages: Any) -> int | None:
        if messages is None:
            return None
        _heard[queue] = time.monotonic()
        fetched: int = super()._on_messages_ready(url, queue, messages)  # type: ignore[misc]
        return fetched

    def _loop1(self, queue: str, messages_fetched: Any = 0) -> None:
        if messages_fetched is None:
            self.hub.call_later(PAUSE_SECONDS, self._schedule_queue, queue)  # type: ignore[attr-defined]
        else:
            super()._loop1(queue, messages_fetched)  # type: ignore[misc]


class Transport(SQS.Transport):
    """Chosen by CELERY_BROKER_TRANSPORT."""

    Channel = Channel
    # What SQS refuses is a failed publish too: the sweep enqueues again.
    channel_errors = (*SQS.Transport.channel_errors, ClientError)


def _limit(curl: Any) -> None:
    curl.setopt(pycurl.CONNECTTIMEOUT, CONNECT_SECONDS)
    curl.setopt(pycurl.TIMEOUT, LONGEST_POLL_SECONDS)
