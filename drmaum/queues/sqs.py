"""The gateway to Amazon SQS: one client a process, and what queues and their dead letters say."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

# Web processes send within a request, and a worker deletes between two polls.
LIMITS = {"connect_timeout": 2, "read_timeout": 4, "retries": {"total_max_attempts": 2}}
A_BATCH = 10  # the most that SQS gives at once
# For how long a letter that somebody looks at is out of others' sight.
HIDDEN_SECONDS = 120
WAIT_SECONDS = 1  # without any, SQS asks only some of its servers
_making = Lock()


class QueueError(Exception):
    """SQS did not answer, or not as hoped. Says which queue and what SQS calls it."""


@dataclass(frozen=True)
class Facts:
    """What a queue says of itself."""

    visibility_seconds: int
    waiting: int
    dead_letters: str = ""
    """The address of the queue of its dead letters; empty without one."""
    most_receives: int = 0


@dataclass(frozen=True)
class Letter:
    id: str
    receipt: str
    body: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


def client(region: str, endpoint: str = "") -> Any:
    """Made by the first who asks: a client may be shared, its making may not."""
    with _making:
        return _client(region, endpoint)


def facts(address: str) -> Facts:
    """Raises QueueError."""
    names = ["VisibilityTimeout", "ApproximateNumberOfMessages", "RedrivePolicy"]
    with _errors_told(address):
        told = _sqs().get_queue_attributes(QueueUrl=address, AttributeNames=names)["Attributes"]
    policy = json.loads(told.get("RedrivePolicy") or "{}")
    return Facts(
        visibility_seconds=int(told["VisibilityTimeout"]),
        waiting=int(told["ApproximateNumberOfMessages"]),
        dead_letters=policy.get("deadLetterTargetArn", ""),
        most_receives=int(policy.get("maxReceiveCount", 0)),
    )


def address_of(arn: str) -> str:
    """Raises QueueError."""
    account, name = arn.split(":")[4:6]
    with _errors_told(arn):
        told = _sqs().get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)
    return str(told["QueueUrl"])


def receive(address: str) -> list[Letter]:
    """What lies there, hidden from others for a while. Raises QueueError."""
    with _errors_told(address):
        told = _sqs().receive_message(
            QueueUrl=address,
            MaxNumberOfMessages=A_BATCH,
            VisibilityTimeout=HIDDEN_SECONDS,
            WaitTimeSeconds=WAIT_SECONDS,
            MessageAttributeNames=["All"],
        )
    return [
        Letter(
            one["MessageId"], one["ReceiptHandle"], one["Body"], one.get("MessageAttributes", {})
        )
        for one in told.get("Messages", [])
    ]


def show(address: str, letter: Letter) -> None:
    """Let others see it again. Raises QueueError."""
    with _errors_told(address):
        _sqs().change_message_visibility(
            QueueUrl=address, ReceiptHandle=letter.receipt, VisibilityTimeout=0
        )


def move(letter: Letter, source: str, target: str) -> None:
    """Send first and delete then: one that is interrupted comes twice, none is lost. Raises
    QueueError."""
    with _errors_told(target):
        _sqs().send_message(
            QueueUrl=target, MessageBody=letter.body, MessageAttributes=dict(letter.attributes)
        )
    with _errors_told(source):
        _sqs().delete_message(QueueUrl=source, ReceiptHandle=letter.receipt)


def _sqs() -> Any:
    return client(settings.SQS_REGION, settings.SQS_ENDPOINT)


@cache
def _client(region: str, endpoint: str) -> Any:
    session = boto3.session.Session()
    config = Config(**LIMITS)
    return session.client("sqs", region_name=region, endpoint_url=endpoint or None, config=config)


@contextmanager
def _errors_told(queue: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise QueueError(f"{queue}: {error.response['Error']['Code']}") from error
    except (BotoCoreError, OSError) as error:
        raise QueueError(f"{queue}: {type(error).__name__}") from error
