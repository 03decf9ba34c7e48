"""The Celery pool in which a task is a coroutine."""

import asyncio
import os
import threading
from collections.abc import Iterator

import pytest
from celery import Celery
from kombu.serialization import dumps

from drmaum.lib import streaming_pool
from drmaum.lib.streaming_pool import TaskPool

WAIT = 10


class Tasks:
    """An app with async tasks, and what they did."""

    def __init__(self) -> None:
        self.app = Celery("streams", set_as_current=False)
        self.seen: list[object] = []
        self.begun = threading.Event()
        self.together: asyncio.Barrier | None = None
        for task in (self.note, self.boom, self.meet, self.hang, self.blocking):
            self.app.task(task, name=task.__name__, shared=False)

    async def note(self, *values: object, **named: object) -> None:
        self.seen.append((values, named))

    async def boom(self) -> None:
        raise ValueError("boom")

    async def meet(self) -> None:
        """Ends only when a hundred of its kind run at once."""
        if self.together is None:
            self.together = asyncio.Barrier(100)
        await self.together.wait()
        self.seen.append(threading.current_thread().name)

    async def hang(self) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.seen.append("cleaned up")

    def blocking(self) -> None:
        self.seen.append("ran")


class Report:
    """What the pool tells Celery of one delivery."""

    def __init__(self) -> None:
        self.result: tuple[object, ...] = ()
        self.accepted: tuple[object, ...] = ()
        self._done = threading.Event()

    def accept(self, *facts: object) -> None:
        self.accepted = facts

    def callback(self, result: tuple[object, ...]) -> None:
        self.result = result
        self._done.set()

    def wait(self) -> tuple[object, ...]:
        assert self._done.wait(WAIT), "the pool reported nothing"
        return self.result


@pytest.fixture
def tasks() -> Tasks:
    return Tasks()


@pytest.fixture
def pool(tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> Iterator[TaskPool]:
    monkeypatch.setattr(streaming_pool, "GRACE_SECONDS", 0.05)
    made = TaskPool(limit=200, app=tasks.app)
    made.start()
    yield made
    if made.active:
        made.stop()


def deliver(
    pool: TaskPool, name: str, *args: object, serializer: str = "json", **named: object
) -> Report:
    """One delivery, with the arguments that Celery's request hands over."""
    kind, encoding, body = dumps((args, named, {}), serializer=serializer)
    report = Report()
    pool.apply_async(
        lambda *_: None,
        (name, "an-id", {}, body, kind, encoding),
        accept_callback=report.accept,
        callback=report.callback,
    )
    return report


def test_a_coroutine_runs_with_its_arguments(pool: TaskPool, tasks: Tasks) -> None:
    failed, value, seconds = deliver(pool, "note", 1, "둘", three=3).wait()

    assert (failed, value) == (0, None)
    assert seconds >= 0
    assert tasks.seen == [((1, "둘"), {"three": 3})]


def test_a_delivery_is_accepted_by_this_process(pool: TaskPool) -> None:
    report = deliver(pool, "note")
    report.wait()

    assert report.accepted[0] == os.getpid()


def test_a_hundred_streams_run_at_once_on_one_thread(pool: TaskPool, tasks: Tasks) -> None:
    reports = [deliver(pool, "meet") for _ in range(100)]

    assert all(report.wait()[0] == 0 for report in reports)
    assert tasks.seen == ["streams"] * 100


def test_a_failure_is_reported_with_its_exception(pool: TaskPool) -> None:
    failed, value, _ = deliver(pool, "boom").wait()

    assert failed == 1
    assert "ValueError: boom" in str(value.traceback)


def test_a_failure_harms_no_other_stream(pool: TaskPool, tasks: Tasks) -> None:
    deliver(pool, "boom").wait()

    assert deliver(pool, "note").wait()[0] == 0


def test_a_task_that_is_no_coroutine_fails_at_once_and_never_runs(
    pool: TaskPool, tasks: Tasks
) -> None:
    failed, _, _ = deliver(pool, "blocking").wait()

    assert failed == 1
    assert tasks.seen == []


def test_wrong_arguments_are_a_failure_of_the_task_not_of_the_worker(pool: TaskPool) -> None:
    failed, _, _ = deliver(pool, "boom", "too", "many").wait()

    assert failed == 1


def test_a_body_that_is_not_json_is_not_unpacked(pool: TaskPool, tasks: Tasks) -> None:
    """A pickle would run code of whoever can write to the broker."""
    failed, _, _ = deliver(pool, "note", serializer="pickle").wait()

    assert failed == 1
    assert tasks.seen == []


def test_a_shutdown_cancels_what_outlives_its_grace(pool: TaskPool, tasks: Tasks) -> None:
    report = deliver(pool, "hang")
    assert tasks.begun.wait(WAIT)

    pool.stop()

    report.wait()
    assert tasks.seen == ["cleaned up"]


def test_a_shutdown_lets_a_stream_end_within_its_grace(
    pool: TaskPool, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming_pool, "GRACE_SECONDS", WAIT)
    release = threading.Event()

    async def slow() -> None:
        tasks.begun.set()
        await asyncio.to_thread(release.wait, WAIT)
        tasks.seen.append("ended")

    tasks.app.task(slow, name="slow", shared=False)
    report = deliver(pool, "slow")
    assert tasks.begun.wait(WAIT)
    drain = pool._drain

    async def drain_and_release() -> None:
        release.set()
        await drain()

    monkeypatch.setattr(pool, "_drain", drain_and_release)
    pool.stop()

    assert report.wait()[0] == 0
    assert tasks.seen == ["ended"]


def test_the_pool_tells_how_many_streams_run(pool: TaskPool, tasks: Tasks) -> None:
    deliver(pool, "hang")
    assert tasks.begun.wait(WAIT)

    assert pool._get_info() == {"max-concurrency": 200, "running": 1}
