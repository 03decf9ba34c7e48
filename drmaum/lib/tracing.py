"""What the product tells of itself: spans and figures, recorded where they happen.

Names, numbers and ids only, never an owner's words. Nothing listens unless
`drmaum.observability` was started; until then a call costs a comparison, and no SDK is loaded.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Protocol

HEADER = "X-Amzn-Trace-Id"
Fact = str | int | float | bool
Facts = Mapping[str, Fact]


class Span(Protocol):
    """A piece of work that is being timed."""

    def note(self, **facts: Fact) -> None: ...

    def end(self, **facts: Fact) -> None:
        """Of one that `begun` has opened."""


class Recorder(Protocol):
    """What listens. `name` of a figure is one of `drmaum.observability.metrics`."""

    def span(self, name: str, facts: Facts) -> AbstractContextManager[Span]: ...

    def entrance(
        self, name: str, header: str, facts: Facts, *, is_queued: bool
    ) -> AbstractContextManager[Span]: ...

    def begun(self, name: str, facts: Facts) -> Span: ...

    def count(self, name: str, by: float, facts: Facts) -> None: ...

    def measure(self, name: str, value: float, facts: Facts) -> None: ...

    def quiet(self) -> AbstractContextManager[None]: ...

    def ids(self) -> tuple[str, str]: ...

    def header(self) -> str: ...


class _Nothing:
    """A span that nobody listens to."""

    def note(self, **facts: Fact) -> None:
        pass

    def end(self, **facts: Fact) -> None:
        pass

    def __enter__(self) -> "_Nothing":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


_NOTHING: Any = _Nothing()
_recorder: Recorder | None = None


def listen(recorder: Recorder | None) -> None:
    """From now on tell this one; None ends it."""
    global _recorder
    _recorder = recorder


def span(name: str, **facts: Fact) -> AbstractContextManager[Span]:
    """Time a block as a part of the trace that it runs in."""
    found: AbstractContextManager[Span] = _recorder.span(name, facts) if _recorder else _NOTHING
    return found


def entrance(
    name: str, header: str = "", *, is_queued: bool = False, **facts: Fact
) -> AbstractContextManager[Span]:
    """Time a block in which work comes in from outside, as a part of the sender's trace where
    `header` tells one."""
    if _recorder is None:
        nothing: AbstractContextManager[Span] = _NOTHING
        return nothing
    return _recorder.entrance(name, header, facts, is_queued=is_queued)


def header() -> str:
    """What a row keeps so that work done later is a part of this trace; empty outside of one."""
    return _recorder.header() if _recorder else ""


def resumed(name: str, kept: str) -> AbstractContextManager[Span]:
    """Time a block as a part of the trace that its row has kept, unless one came with the message:
    a sweep that hands work out again has none."""
    if not kept or header():
        nothing: AbstractContextManager[Span] = _NOTHING
        return nothing
    return entrance(name, kept, is_queued=True)


def begun(name: str, **facts: Fact) -> Span:
    """Time what is no block, such as a generator. Nothing becomes a part of it; end it."""
    found: Span = _recorder.begun(name, facts) if _recorder else _NOTHING
    return found


def count(name: str, by: float = 1, **facts: Fact) -> None:
    if _recorder is not None:
        _recorder.count(name, by, facts)


def measure(name: str, value: float, **facts: Fact) -> None:
    if _recorder is not None:
        _recorder.measure(name, value, facts)


def quiet() -> AbstractContextManager[None]:
    """Calls to Redis, the database and AWS in this block are too many to be told one by one."""
    found: AbstractContextManager[None] = _recorder.quiet() if _recorder else _NOTHING
    return found


def ids() -> tuple[str, str]:
    """The trace and the span that this code runs in, as hexadecimal digits; empty outside."""
    return _recorder.ids() if _recorder else ("", "")


def header_of(scope: Mapping[str, Any]) -> str:
    """The header of an ASGI scope that tells the sender's trace."""
    if _recorder is None:
        return ""
    wanted = HEADER.lower().encode()
    given = (value for name, value in scope.get("headers") or () if name == wanted)
    return bytes(next(given, b"")).decode("latin-1")
