"""Messages that SQS gave up, sent to their queues once more.

A message may be sent twice, when this ends between sending and deleting: a task finds then that
its row is held or done.
"""

import base64
import binascii
import json
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass

from celery import Celery
from django.conf import settings

from drmaum.queues import sqs
from drmaum.queues.fates import Fate
from drmaum.queues.sqs import Letter, QueueError

FOREIGN = "no message of Celery"
UNKNOWN = "this release has no such task"
NOWHERE = "its queue is not among ours"


@dataclass(frozen=True)
class _Message:
    task: str
    queue: str


def replay(
    app: Celery, queues: Iterable[str], *, most: int, is_rehearsal: bool = False
) -> Iterator[Fate]:
    """Each letter as it is done with, at most so many. Raises QueueError."""
    app.loader.import_default_modules()
    done: set[str] = set()
    for name in queues:
        facts = sqs.facts(settings.SQS_QUEUES[name])
        if not facts.dead_letters or facts.dead_letters in done:
            continue
        done.add(facts.dead_letters)
        source = sqs.address_of(facts.dead_letters)
        fates = _replay_from(app, source, set(queues), is_rehearsal=is_rehearsal)
        with closing(fates):
            for fate in fates:
                yield fate
                most -= 1
                if most <= 0:
                    return


def waiting(queues: Iterable[str]) -> int:
    """About how many letters there are. Raises QueueError."""
    found = (sqs.facts(settings.SQS_QUEUES[name]).dead_letters for name in queues)
    return sum(sqs.facts(sqs.address_of(arn)).waiting for arn in set(filter(None, found)))


def _replay_from(
    app: Celery, source: str, queues: set[str], *, is_rehearsal: bool
) -> Generator[Fate]:
    held: dict[str, Letter] = {}
    try:
        for letter in _letters(source, held):
            message = _read(letter.body)
            if message and message.queue in settings.SQS_QUEUES and message.queue not in queues:
                continue  # not asked for, in a dead-letter queue that several queues share
            left = _reason_to_leave(app, message)
            if message and not left and not is_rehearsal:
                sqs.move(letter, source, settings.SQS_QUEUES[message.queue])
                del held[letter.id]
            name = source.rpartition("/")[2]
            yield Fate(name, message.task if message else letter.id, left)
    finally:
        for letter in held.values():
            with suppress(QueueError):  # it shows itself after a while
                sqs.show(source, letter)


def _letters(source: str, held: dict[str, Letter]) -> Iterator[Letter]:
    """Until there are no more, or they come around again. What is received is held for the caller,
    who lets others see again what he leaves."""
    seen: set[str] = set()
    while letters := sqs.receive(source):
        held.update({letter.id: letter for letter in letters})
        for letter in letters:
            if letter.id in seen:
                return
            seen.add(letter.id)
            yield letter


def _reason_to_leave(app: Celery, message: _Message | None) -> str:
    if message is None:
        return FOREIGN
    if message.task not in app.tasks:
        return UNKNOWN
    return "" if message.queue in settings.SQS_QUEUES else NOWHERE


def _read(body: str) -> _Message | None:
    """Base64 of JSON, whose own body, again in base64, is nobody's business here."""
    try:
        told = json.loads(base64.b64decode(body, validate=True))
        return _Message(
            str(told["headers"]["task"]),
            str(told["properties"]["delivery_info"]["routing_key"]),
        )
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None
