"""The leases of one worker process, renewed together by one statement a second.

A hundred streams cost one round trip. A job whose row no longer carries our fence is lost; a
stop that the owner asked for arrives the same way, within a renewal.
"""

import asyncio
import contextvars
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import Error

from drmaum.lib.threads import in_thread
from inference import jobs

logger = logging.getLogger(__name__)


class Lease:
    """What the holder of a job watches: `ended` is set when it was stopped or lost."""

    def __init__(self, fence: int) -> None:
        self.fence = fence
        self.ended = asyncio.Event()
        self.is_stopped = False
        self.is_lost = False

    def stop(self) -> None:
        self.is_stopped = True
        self.ended.set()

    def lose(self) -> None:
        self.is_lost = True
        self.ended.set()


class LeaseKeeper:
    """Renews every lease that is held on this event loop."""

    def __init__(self) -> None:
        self._held: dict[UUID, Lease] = {}
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def held(self, job_id: UUID, fence: int) -> AsyncIterator[Lease]:
        """Keep a lease for the length of the block."""
        lease = Lease(fence)
        if job_id in self._held:
            self._held[job_id].lose()
        self._held[job_id] = lease
        if self._task is None or self._task.done():
            # In no context of a job's: it outlives the one that begins it, and that one's trace.
            self._task = asyncio.create_task(self._keep(), context=contextvars.Context())
        try:
            yield lease
        finally:
            if self._held.get(job_id) is lease:
                del self._held[job_id]

    async def _keep(self) -> None:
        while self._held:
            await asyncio.sleep(settings.JOB_RENEWAL_SECONDS)
            await self._renew()

    async def _renew(self) -> None:
        asked = {job_id: lease.fence for job_id, lease in self._held.items()}
        try:
            kept = await in_thread(jobs.renew)(asked)
        except Error as error:
            logger.warning("leases could not be renewed: %s", type(error).__name__)
            return
        for job_id in asked:
            lease = self._held.get(job_id)
            if lease is None:
                continue
            if job_id not in kept:
                lease.lose()
            elif kept[job_id]:
                lease.stop()


_keepers: WeakKeyDictionary[asyncio.AbstractEventLoop, LeaseKeeper] = WeakKeyDictionary()


def keeper() -> LeaseKeeper:
    """The keeper of the running loop."""
    return _keepers.setdefault(asyncio.get_running_loop(), LeaseKeeper())
