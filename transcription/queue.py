"""The gateway to the SQS queue in which the bucket tells of new files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from transcription import aws

A_BATCH = 10  # the most that SQS gives at once
PATIENCE = 10  # seconds of waiting for a message: less than the client's own patience


class QueueDownError(Exception):
    """The queue does not answer; the same may work later."""


@dataclass(frozen=True)
class Message:
    id: str
    receipt: str
    body: str


def receive(patience: int = PATIENCE) -> list[Message]:
    """What waits, and what comes within `patience` seconds. Raises QueueDownError.

    A message that is not deleted comes again after the queue's visibility timeout.
    """
    with _outages_told():
        told = _sqs().receive_message(
            QueueUrl=settings.MEDIA_EVENTS_QUEUE,
            MaxNumberOfMessages=A_BATCH,
            WaitTimeSeconds=patience,
        )
    return [
        Message(one["MessageId"], one["ReceiptHandle"], one["Body"])
        for one in told.get("Messages", [])
    ]


def delete(message: Message) -> None:
    """Raises QueueDownError."""
    with _outages_told():
        _sqs().delete_message(QueueUrl=settings.MEDIA_EVENTS_QUEUE, ReceiptHandle=message.receipt)


@contextmanager
def _outages_told() -> Iterator[None]:
    try:
        with aws.errors_told():
            yield
    except aws.CallError as error:
        raise QueueDownError(str(error)) from error


def _sqs() -> Any:
    return aws.client("sqs", settings.MEDIA_REGION, settings.MEDIA_EVENTS_ENDPOINT)
