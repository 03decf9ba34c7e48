"""Celery's way to SQS, also where SQS or the network fails it."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Celery
from kombu import Consumer
from kombu.asynchronous import Hub, set_event_loop
from kombu.exceptions import OperationalError

from drmaum.queues import transport
from drmaum.tests.queues.amazon import Queues, sender
from drmaum.tests.queues.flaky import HANG, FlakySQS

# kombu's client uses what pycurl calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:kombu.*")
NOBODY = "http://127.0.0.1:9"
PATIENCE = 15


class Reader:
    """What a worker's loop does, without the worker."""

    def __init__(self, app: Celery) -> None:
        self.hub = Hub()
        set_event_loop(self.hub)
        self.link = app.connection_for_read()
        self.link.register_with_event_loop(self.hub)
        self.channel = self.link.channel()
        self.got: list[Any] = []
        self.consumer = Consumer(
            self.channel, [app.amqp.queues["work"]], on_message=self.got.append, accept=["json"]
        )
        self.consumer.consume()

    def run_until(self, is_over: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        loop = self.hub.create_loop()
        while not is_over():
            assert time.monotonic() < deadline, "it did not come to that"
            next(loop)

    def close(self) -> None:
        self.hub.close()
        self.link.close()
        set_event_loop(None)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(transport, "_heard", {})


@pytest.fixture
def flaky(queues: Queues) -> Iterator[FlakySQS]:
    server = FlakySQS(queues.endpoint)
    yield server
    server.close()


@pytest.fixture
def app(queues: Queues, flaky: FlakySQS) -> Celery:
    made = sender(queues.environment() | {"SQS_ENDPOINT": flaky.address})
    made.conf.broker_transport_options["wait_time_seconds"] = 0
    return made


@pytest.fixture
def reader(app: Celery) -> Iterator[Reader]:
    made = Reader(app)
    yield made
    made.close()


def test_a_task_goes_to_the_queue_of_its_kind(queues: Queues) -> None:
    app = sender(queues.environment())

    app.send_task("say", ["안녕"], queue="answers")

    told = queues.client.receive_message(QueueUrl=queues.addresses["answers"])["Messages"][0]
    message = json.loads(base64.b64decode(told["Body"]))
    assert message["headers"]["task"] == "say"
    assert json.loads(base64.b64decode(message["body"]))[0] == ["안녕"]


def test_a_queue_that_is_none_of_ours_is_not_made(queues: Queues) -> None:
    app = sender(queues.environment())

    with pytest.raises(Exception, match="another"):
        app.send_task("say", queue="another")

    addresses = queues.client.list_queues()["QueueUrls"]
    assert not [address for address in addresses if address.endswith("another")]


def test_while_sqs_is_away_a_publish_fails_as_with_any_broker(queues: Queues) -> None:
    app = sender(queues.environment() | {"SQS_ENDPOINT": NOBODY})

    with pytest.raises(OperationalError):
        app.send_task("say", queue="work")


def test_what_sqs_refuses_is_a_publish_that_failed(queues: Queues) -> None:
    app = sender(queues.environment() | {"SQS_WORK": f"{queues.addresses['work']}-gone"})

    with pytest.raises(OperationalError):
        app.send_task("say", queue="work")


@pytest.mark.parametrize("answer", [503, 599, 400, 403])
def test_a_poll_that_fails_is_repeated(
    reader: Reader, flaky: FlakySQS, app: Celery, answer: int
) -> None:
    flaky.answers = [answer, answer]
    app.send_task("say", queue="work")

    reader.run_until(lambda: reader.got)

    assert flaky.polls == 3


def test_a_poll_that_the_network_swallowed_is_given_up(
    reader: Reader, flaky: FlakySQS, app: Celery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LONGEST_POLL_SECONDS", 1)
    flaky.answers = [HANG]
    app.send_task("say", queue="work")

    reader.run_until(lambda: reader.got)

    assert flaky.polls == 2


def test_only_an_answer_ends_the_silence(reader: Reader, flaky: FlakySQS) -> None:
    flaky.answers = [503] * 1000
    reader.run_until(lambda: flaky.polls > 3)
    began = transport._heard["work"]

    flaky.answers.clear()
    reader.run_until(lambda: transport._heard["work"] > began)


def test_a_worker_whose_hands_are_full_is_not_deaf(reader: Reader, app: Celery) -> None:
    reader.consumer.qos(prefetch_count=1)
    app.send_task("say", queue="work")
    reader.run_until(lambda: reader.got)
    began = transport._heard["work"]

    reader.run_until(lambda: transport._heard["work"] > began)
