"""Queues at SQS with their dead letters, and an app of Celery that goes through them."""

import json
import runpy
import secrets

import pytest
from celery import Celery

from drmaum.queues import sqs

NAMES = ("answers", "work", "speech")


class Queues:
    region = "ap-northeast-2"

    def __init__(self, endpoint: str, *, seconds: int = 3600, receives: int = 3) -> None:
        self.endpoint, self.mark = endpoint, secrets.token_hex(4)
        self.client = sqs.client(self.region, endpoint)
        self.dead = {name: self._made(f"{name}-dead") for name in NAMES}
        self.addresses = {
            name: self._made(
                name,
                VisibilityTimeout=str(seconds),
                RedrivePolicy=json.dumps(
                    {"deadLetterTargetArn": self.arn(self.dead[name]), "maxReceiveCount": receives}
                ),
            )
            for name in NAMES
        }

    def _made(self, name: str, **attributes: str) -> str:
        # The server may hold queues of other tests.
        told = self.client.create_queue(QueueName=f"{name}-{self.mark}", Attributes=attributes)
        return str(told["QueueUrl"])

    def arn(self, address: str) -> str:
        return str(self.told(address)["QueueArn"])

    def told(self, address: str) -> dict[str, str]:
        found = self.client.get_queue_attributes(QueueUrl=address, AttributeNames=["All"])
        return dict(found["Attributes"])

    def change(self, name: str, **attributes: str) -> None:
        self.client.set_queue_attributes(QueueUrl=self.addresses[name], Attributes=attributes)

    def count(self, address: str) -> int:
        told = self.told(address)
        seen = int(told["ApproximateNumberOfMessages"])
        return seen + int(told["ApproximateNumberOfMessagesNotVisible"])

    def visible(self, address: str) -> int:
        return int(self.told(address)["ApproximateNumberOfMessages"])

    def bury(self, name: str) -> None:
        """Let what waits in a queue die, as SQS does: received once too often."""
        policy = json.loads(self.told(self.addresses[name])["RedrivePolicy"])
        self.change(name, RedrivePolicy=json.dumps(policy | {"maxReceiveCount": 1}))
        for _ in range(2):
            self.client.receive_message(
                QueueUrl=self.addresses[name], VisibilityTimeout=0, MaxNumberOfMessages=10
            )

    def remove(self) -> None:
        for address in [*self.addresses.values(), *self.dead.values()]:
            self.client.delete_queue(QueueUrl=address)

    def environment(self) -> dict[str, str]:
        """For a process of the product that goes through these queues."""
        named = {f"SQS_{name.upper()}": address for name, address in self.addresses.items()}
        credentials = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
        return {
            "CELERY_BROKER_URL": "sqs://",
            "SQS_ENDPOINT": self.endpoint,
            **named,
            **credentials,
        }


def sender(environment: dict[str, str]) -> Celery:
    """An app beside the one of the tests, with the product's own settings for SQS."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in environment.items():
            patched.setenv(name, value)
        told = runpy.run_module("drmaum.sqs_settings")
    app = Celery("sender", set_as_current=False)
    kept = {name: value for name, value in told.items() if name.startswith("CELERY_")}
    app.config_from_object(kept, namespace="CELERY")
    app.conf.update(task_publish_retry=False, task_ignore_result=True)
    return app
