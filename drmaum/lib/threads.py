"""Blocking work from a coroutine."""

from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from channels.db import database_sync_to_async

P = ParamSpec("P")
R = TypeVar("R")


def in_thread(function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Run `function` in a thread of the loop's pool, its database connection given back after.

    Not thread-sensitive: all consumers of a process would otherwise share a single thread.
    """
    wrapped: Callable[P, Coroutine[Any, Any, R]] = database_sync_to_async(
        function, thread_sensitive=False
    )
    return wrapped
