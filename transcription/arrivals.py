"""What the bucket tells of, confirmed: an upload whose client went away before it could say that
its bytes are there is checked all the same."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from django import db
from django.conf import settings

from chat.models import Upload
from chat.uploads import asking
from transcription import queue
from transcription.queue import Message, QueueDownError
from transcription.workflow import event, path
from transcription.workflow.event import Arrival, ForeignMessageError

logger = logging.getLogger(__name__)
AT_ONCE = 1  # seconds of waiting where nobody waits for more
LONGEST_PAUSE = 60.0


class Shift:
    """How long work goes on: until somebody ends it, but never in the middle of a message."""

    def __init__(self) -> None:
        self._is_over = False
        self._is_idle = False

    def end(self, *_signal: object) -> None:
        self._is_over = True
        if self._is_idle:
            raise SystemExit(0)

    @contextmanager
    def idle(self) -> Iterator[None]:
        """Nothing is lost when the block is left at any point. Raises SystemExit."""
        self._is_idle = True
        try:
            if self._is_over:
                raise SystemExit(0)
            yield
        finally:
            self._is_idle = False


def consume(shift: Shift) -> NoReturn:
    """Work until the shift ends. Outages are waited out, longer each time."""
    pause = 1.0
    while True:
        try:
            db.close_old_connections()
            _take(shift, queue.PATIENCE)
            pause = 1.0
        except (QueueDownError, db.Error) as error:
            logger.warning("arrivals wait %.0f s: %s %s", pause, type(error).__name__, error)
            with shift.idle():
                threading.Event().wait(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)


def consume_waiting(shift: Shift) -> int:
    """Work off what waits now. Returns the number of messages. Raises QueueDownError, and
    django.db.Error when the database is away."""
    total = 0
    while count := _take(shift, AT_ONCE):
        total += count
    return total


def _take(shift: Shift, patience: int) -> int:
    with shift.idle():
        messages = queue.receive(patience)
    for message in messages:
        _handle(message)
        queue.delete(message)
    return len(messages)


def _handle(message: Message) -> None:
    """What fails here is not deleted, so that it comes again. Raises django.db.Error."""
    try:
        found = event.arrivals(message.body)
    except ForeignMessageError as error:
        logger.warning("message %s is dropped: %s", message.id, error)
        return
    for arrival in found:
        _confirm(arrival)


def _confirm(arrival: Arrival) -> None:
    place = path.parse(arrival.key)
    if arrival.bucket != settings.MEDIA_BUCKET or place is None or not place.is_incoming:
        logger.info("an object in %r is of no upload", arrival.bucket)
        return
    try:
        asking.confirm(upload_id=place.upload_id)
    except Upload.DoesNotExist:
        logger.info("upload %s is gone", place.upload_id)
