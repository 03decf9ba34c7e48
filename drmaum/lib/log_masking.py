"""What never reaches a log: secrets that stand in addresses, and words that exceptions carry."""

import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any

# Shared links: /s/<secret>, its PDF too.
_SECRET = re.compile(r"(?<=/s/)[\w-]{8,}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Their exceptions say what we made them say: codes and reasons.
OWN = {"drmaum", "profiles", "chat", "inference", "soap", "transcription"}


class SecretsMasked(logging.Filter):
    """Rewrites records that name such an address. Django names the path of what it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        if "/s/" in told:
            record.msg, record.args = _SECRET.sub("…", told), ()
        return True


class OneLine(logging.Formatter):
    """Keeps a message in its line: whatever somebody sent, it writes no further lines into a log and
    no orders to the terminal that shows it. A traceback has lines of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = CONTROL.sub(_escaped, record.message)
        return super().formatMessage(record)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


class WordsMasked(logging.Filter):
    """Keeps of an exception its kind and the places it came through. A database, a parser and a
    model's SDK quote in its text what they were given; that text stands in the job's row, where
    only staff read it. Of an address that somebody asked for, its route is kept.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.exc_text = "".join(_places(error)).rstrip()
        if isinstance(record.args, dict):
            record.args = _of_celery(record.args, error)
        elif record.args:
            request = getattr(record, "request", None)
            record.args = tuple(_kind(one) for one in _without_path(record.args, request))
        if record.name == "asyncio" and error is not None:
            # Its further lines describe the task together with its exception.
            record.msg, record.args = record.getMessage().partition("\n")[0], ()
        return True


def _without_path(args: Any, request: Any) -> tuple[Any, ...]:
    match = getattr(request, "resolver_match", None)
    route = f"/{match.route}" if match else "unknown"
    path = getattr(request, "path", None)
    return tuple(route if one is not None and one == path else one for one in args)


def _places(error: BaseException | None) -> Iterator[str]:
    """As Python prints it, without what the exceptions say."""
    if error is None:
        return
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    yield from _places(before)
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__qualname__}\n"


def _kind(value: Any) -> Any:
    if isinstance(value, BaseException) and type(value).__module__.partition(".")[0] not in OWN:
        return type(value).__name__
    return value


def _of_celery(args: dict[str, Any], error: BaseException | None) -> dict[str, Any]:
    """Celery tells of a failed task in a mapping: its exception, its arguments, its traceback."""
    told = {name: _kind(value) for name, value in args.items()}
    if "exc" in told:
        told |= {"exc": type(error).__name__ if error else "", "traceback": ""}
    return told
