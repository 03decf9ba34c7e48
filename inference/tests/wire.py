"""Calls to the gateway itself, without the pipeline around it, and a clock that tests turn."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

from django.db import connection

from inference.llm import gateway
from inference.llm.base import Account, Call, Request, Turn

ACCOUNT = Account("answer")


def request_of(text: str = "강아지가 토했어요", **more: Any) -> Request:
    fields = {"system": "짧게 답해 주세요.", "turns": (Turn("user", text),), "question": text}
    fields |= {"materials": (), "urgency": "home", "longest_tokens": 100}
    return Request(**(fields | more))


def asking(name: str = "claude", **more: Any) -> gateway.Asking:
    fields = {"request": request_of(), "account": ACCOUNT, "ends": time.monotonic() + 60}
    return gateway.Asking(name, **(fields | more))


async def read(name: str = "claude", **more: Any) -> Call:
    """Read one answer to its end; its text stands in `usage.text`. Raises LLMError."""
    call = gateway.begin(asking(name, **more))
    async with aclosing(_generator(call.pieces)) as pieces:
        async for _piece in pieces:
            pass
    return call


async def _generator(pieces: AsyncIterator[str]) -> Any:
    async for piece in pieces:
        yield piece


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(0)`, `work(1)`, ... in threads that start together; their results in order."""
    start = Barrier(count)

    def one(number: int) -> Any:
        try:
            start.wait(10)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@dataclass
class Clock:
    """Stands in for `time` and `asyncio` in the gateway and the breaker: pauses take no time."""

    now: float = 1000.0
    pauses: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)
