"""A Celery pool in which a task is a coroutine: one process holds hundreds of open streams.

Used by `celery worker --pool custom` with `CELERY_CUSTOM_WORKER_POOL`. Its tasks are declared
with `async def`; any other task fails at once, so a blocking one cannot stop all streams.
Tasks are acknowledged as Celery does for any pool, but nothing relies on it: the job row's
lease does. On a warm shutdown running coroutines get `GRACE_SECONDS`, then are cancelled.
"""

import asyncio
import inspect
import logging
import os
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from billiard.einfo import ExceptionInfo
from celery.concurrency.base import BasePool
from kombu.serialization import loads

from drmaum.lib import tracing

logger = logging.getLogger(__name__)
JSON = {"json", "application/json"}
GRACE_SECONDS = 4.0
DATABASE_THREADS = 8


class TaskPool(BasePool):
    """Runs `async def` tasks on one event loop in a thread of its own."""

    body_can_be_buffer = True
    signal_safe = False
    task_join_will_block = False

    def on_start(self) -> None:
        self.loop = _new_loop()
        self.loop.set_default_executor(ThreadPoolExecutor(DATABASE_THREADS, "database"))
        self.running: set[asyncio.Task[None]] = set()
        threading.Thread(target=self.loop.run_forever, name="streams", daemon=True).start()

    def on_apply(
        self,
        target: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        callback: Callable[[Any], None] | None = None,
        accept_callback: Callable[[int, float], None] | None = None,
        **options: Any,
    ) -> None:
        """Start one delivery. `args` is what Celery's request hands to its trace function."""
        if accept_callback:
            accept_callback(os.getpid(), time.monotonic())
        asyncio.run_coroutine_threadsafe(self._start(self._call(args), callback), self.loop)

    async def _call(self, delivery: tuple[Any, ...]) -> None:
        """Call the task. What cannot be read or called fails here, inside the report."""
        name, _uuid, request, body, content_type, encoding = delivery[:6]
        arguments, keywords, _embed = loads(body, content_type, encoding, accept=JSON)
        run = self.app.tasks[name].run
        if not inspect.iscoroutinefunction(run):
            raise TypeError(f"{name} is not declared with async def")
        header = request.get(tracing.HEADER, "")
        with tracing.entrance(f"run/{name}", header, is_queued=True, task=name):
            await run(*arguments, **keywords)

    async def _start(
        self, work: Coroutine[Any, Any, None], callback: Callable[[Any], None] | None
    ) -> None:
        task = asyncio.create_task(self._finish(work, callback))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def _finish(
        self, work: Coroutine[Any, Any, None], callback: Callable[[Any], None] | None
    ) -> None:
        begun = time.monotonic()
        failed, value = 0, None
        try:
            await work
        except asyncio.CancelledError:
            logger.warning("a streaming task was cancelled by the shutdown")
        except Exception:  # noqa: BLE001  (the pool owes Celery a report of any failure)
            failed, value = 1, ExceptionInfo()
        if callback:
            callback((failed, value, time.monotonic() - begun))

    def on_stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._drain(), self.loop).result(GRACE_SECONDS + 3)
        self.loop.call_soon_threadsafe(self.loop.stop)

    def on_terminate(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)

    async def _drain(self) -> None:
        if not self.running:
            return
        _done, late = await asyncio.wait(self.running, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=2)

    def _get_info(self) -> dict[str, Any]:
        return {"max-concurrency": self.limit, "running": len(self.running)}


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop  # noqa: PLC0415  (not on every platform)
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
