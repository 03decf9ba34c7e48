"""The bucket tells of a file, and its upload is checked: once, whatever else it tells."""

import json
import os
import signal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from chat.models import Upload
from chat.tests.bucket import BUCKET
from transcription import arrivals, queue
from transcription.queue import QueueDownError
from transcription.tests.aws import DEAD, waiting
from transcription.workflow import event, path
from transcription.workflow.event import Arrival, ForeignMessageError


@pytest.fixture
def consume(events, settings, django_capture_on_commit_callbacks):
    """Work off what waits; what is left in the queue afterwards."""

    def consumed() -> int:
        with django_capture_on_commit_callbacks(execute=True):
            call_command("consume_uploads", "--once")
        return waiting(events, settings.MEDIA_EVENTS_QUEUE)

    return consumed


@pytest.fixture
def tell(events, settings):
    """Put a message into the queue as if the bucket had told it."""

    def told(body: Any) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        events.send_message(QueueUrl=settings.MEDIA_EVENTS_QUEUE, MessageBody=text)

    return told


@pytest.fixture(autouse=True)
def _within_a_test_run(monkeypatch):
    """Signals are given back, and the connection lives as long as the test's transaction."""
    monkeypatch.setattr(arrivals.db, "close_old_connections", lambda: None)
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def record(key: str, *, bucket: str = BUCKET, **other: Any) -> dict[str, Any]:
    found = {"key": key, "size": 5, "eTag": "d41d", "versionId": "v", "sequencer": "0A"}
    return {
        "eventVersion": "2.6",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Post",
        "userIdentity": {"principalId": "AWS:x"},
        "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": bucket}, "object": found},
    } | other


def body(*records: Any) -> str:
    return json.dumps({"Records": list(records)})


def test_a_file_that_arrives_has_its_upload_checked_once(s3, ask, checks, consume):
    asked = ask("m4a")
    other = ask("m4a")
    s3.put_object(Bucket=BUCKET, Key=f"incoming/{asked['id']}", Body=b"voice")
    assert consume() == 0

    found = Upload.objects.get(pk=asked["id"])
    assert (found.status, checks) == ("checking", [asked["id"]])
    assert Upload.objects.get(pk=other["id"]).status == "asked"


def test_what_is_told_twice_or_was_confirmed_before_changes_nothing(
    s3, api, ask, checks, consume, tell
):
    asked = ask("m4a")
    s3.put_object(Bucket=BUCKET, Key=f"incoming/{asked['id']}", Body=b"voice")
    tell(body(*[record(f"incoming/{asked['id']}")] * 2))
    consume()
    confirmed_at = Upload.objects.get().confirmed_at
    Upload.objects.update(status="ready")
    tell(body(record(f"incoming/{asked['id']}", eventName="ObjectCreated:Copy")))
    assert consume() == 0

    found = Upload.objects.get()
    assert (found.status, found.confirmed_at) == ("ready", confirmed_at)
    assert checks == [asked["id"]]


def test_what_is_no_upload_of_ours_is_passed_over(ask, checks, consume, tell, settings):
    asked = ask("m4a")["id"]
    for key in (f"incoming/{asked}/보리.m4a", f"incoming/{asked}.part", f"audio/{asked}/full.m4a"):
        tell(body(record(key)))
    tell(body(record(f"incoming/{asked}", bucket="another")))
    tell(body(record(f"incoming/{asked}", eventName="ObjectRemoved:Delete")))
    tell(body(record(f"incoming/{uuid4()}")))  # its row is gone
    assert consume() == 0

    assert checks == []
    assert Upload.objects.get().status == "asked"


def test_what_cannot_be_read_is_dropped_and_what_follows_is_not(
    s3, ask, checks, consume, tell, caplog
):
    asked = ask("m4a")["id"]
    for broken in ("<html>", "[]", {"Records": "none"}, {"Records": [7]}, "[" * 50_000):
        tell(broken)
    tell(body(record(f"incoming%2F{asked}", eventVersion="9.7")))
    assert consume() == 0

    assert checks == [asked]
    assert sum("is dropped" in told for told in caplog.messages) == 5


def test_while_the_database_is_away_a_message_stays(s3, ask, checks, consume, events, settings):
    asked = ask("m4a")["id"]
    s3.put_object(Bucket=BUCKET, Key=f"incoming/{asked}", Body=b"voice")

    def away(*_call: Any) -> None:
        raise OperationalError("away")

    with connection.execute_wrapper(away), pytest.raises(CommandError, match="database"):
        consume()
    assert waiting(events, settings.MEDIA_EVENTS_QUEUE) > 0
    assert consume() == 0
    assert checks == [asked]


def test_a_queue_that_is_away_is_said_to_be(in_bucket, settings):
    in_bucket()
    settings.MEDIA_EVENTS_QUEUE = f"{DEAD}/1/none"
    settings.MEDIA_EVENTS_ENDPOINT = DEAD

    with pytest.raises(CommandError, match="queue did not answer") as failed:
        call_command("consume_uploads", "--once")
    assert failed.value.returncode == 1


def test_without_a_queue_the_command_says_what_to_set(settings):
    settings.MEDIA_EVENTS_QUEUE = ""

    with pytest.raises(CommandError, match="MEDIA_EVENTS_QUEUE is not set") as failed:
        call_command("consume_uploads")
    assert failed.value.returncode == 2


def test_outages_are_waited_out_longer_each_time(monkeypatch, settings):
    settings.MEDIA_EVENTS_QUEUE = "queue"
    down = iter([True] * 8 + [False, True])
    waits: list[float] = []

    def receive(_patience: int) -> list[Any]:
        if next(down):
            raise QueueDownError("away")
        return []

    def wait(_event: Any, seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 9:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(queue, "receive", receive)
    monkeypatch.setattr("threading.Event.wait", wait)
    with pytest.raises(SystemExit) as ended:
        call_command("consume_uploads")

    assert ended.value.code == 0
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_wait_for_messages(monkeypatch, settings, number):
    settings.MEDIA_EVENTS_QUEUE = "queue"

    def receive(_patience: int) -> list[Any]:
        os.kill(os.getpid(), number)
        return pytest.fail("it waited on")

    monkeypatch.setattr(queue, "receive", receive)
    with pytest.raises(SystemExit) as ended:
        call_command("consume_uploads")

    assert ended.value.code == 0


def test_a_signal_leaves_no_message_half_done(
    s3, ask, checks, events, settings, monkeypatch, django_capture_on_commit_callbacks
):
    asked = ask("m4a")["id"]
    s3.put_object(Bucket=BUCKET, Key=f"incoming/{asked}", Body=b"voice")
    confirm = arrivals.asking.confirm

    def interrupted(*, upload_id: UUID) -> Upload:
        os.kill(os.getpid(), signal.SIGTERM)
        return confirm(upload_id=upload_id)

    monkeypatch.setattr(arrivals.asking, "confirm", interrupted)
    with pytest.raises(SystemExit), django_capture_on_commit_callbacks(execute=True):
        call_command("consume_uploads")

    assert Upload.objects.get().status == "checking"
    assert waiting(events, settings.MEDIA_EVENTS_QUEUE) == 0


def test_keys_are_read_as_the_bucket_writes_them():
    told = body(record("incoming/%EB%B3%B4%EB%A6%AC+%EB%85%B9%EC%9D%8C%2B1%2F%ED%86%A0.m4a"))

    assert event.arrivals(told) == [Arrival(BUCKET, "incoming/보리 녹음+1/토.m4a", 5, "d41d")]


def test_a_test_event_and_one_without_records_tell_of_nothing():
    test = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET, "HostId": "h"}

    assert event.arrivals(json.dumps(test)) == []
    assert event.arrivals(body()) == []


@pytest.mark.parametrize(
    "broken",
    [
        "", "null", "7", "{}", body("x"), body(record("k", s3=None)), body(record("k", s3={})),
        body(record("k", s3={"bucket": {"name": 1}, "object": {"key": "k"}})),
        body(record("k", s3={"bucket": {"name": "b"}, "object": "key"})),
        json.dumps({"Type": "Notification", "Message": body(record("k"))}),
    ],
)  # fmt: skip
def test_a_foreign_message_is_named_as_such(broken):
    with pytest.raises(ForeignMessageError):
        event.arrivals(broken)


def test_a_key_tells_whose_bytes_it_holds():
    pk = uuid4()

    assert path.parse(f"incoming/{pk}") == path.Place(pk, True)
    assert path.parse(f"incoming/{pk.hex}") == path.Place(pk, False)
    assert path.parse(f"audio/{pk}/full.webm") == path.Place(pk, False)
    assert path.parse("transcripts/a.json") is None
    path.check(Upload(pk=pk, key=f"audio/{pk}/full.webm"))
    for foreign in (f"audio/{uuid4()}/full.webm", "보리.webm"):
        with pytest.raises(ValueError, match="own key"):
            path.check(Upload(pk=pk, key=foreign))
