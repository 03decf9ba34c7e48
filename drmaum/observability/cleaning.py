"""What may leave the process with a span or a figure: names of things, numbers and ids.

Instrumentations of libraries say more with every release, and exceptions carry what was sent. So
nothing is taken out here: what stands on the list goes through, in the form of an identifier.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

OWN = "drmaum."
ALLOWED = {
    "aws.region", "aws.request_id", "celery.action", "celery.retries", "celery.state",
    "celery.task_name", "db.name", "db.operation", "db.system", "db.statement", "error.type",
    "exception.type", "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model",
    "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "http.request.method",
    "http.response.status_code", "http.route", "http.status_code", "messaging.destination",
    "messaging.message.id", "messaging.system", "net.peer.name", "net.peer.port", "retry_attempts",
    "rpc.method", "rpc.service", "rpc.system", "url.path",
}  # fmt: skip
# Facts that have a name everywhere.
KNOWN_AS = {
    "provider": "gen_ai.provider.name",
    "model": "gen_ai.request.model",
    "input_tokens": "gen_ai.usage.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
    "method": "http.request.method",
    "route": "http.route",
    "path": "url.path",
    "status": "http.response.status_code",
}
_IDENTIFIER = re.compile(r"[!-?A-~]{1,200}")  # ASCII, no space, no "@"
_NAME = re.compile(r"[ -?A-~]{1,200}")
_LITERAL = re.compile(r"'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$", re.DOTALL)
LONGEST_STATEMENT = 1000
# Statements that only frame others, one or two around each.
FRAMES = {"SAVEPOINT", "RELEASE"}


def named(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts of our own under the names by which they are sent, without what is no identifier."""
    return allowed({KNOWN_AS.get(name, f"{OWN}{name}"): fact for name, fact in facts.items()})


def allowed(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    """The attributes that may be sent."""
    found = {}
    for name, value in (attributes or {}).items():
        if not (name in ALLOWED or name.startswith(OWN)):
            continue
        told = statement(value) if name == "db.statement" else value
        if name == "db.statement" or _is_plain(told):
            found[name] = told
    return found


def statement(sql: object) -> str:
    """A statement with its placeholders: what stands in quotes may be somebody's words."""
    return _LITERAL.sub("?", str(sql))[:LONGEST_STATEMENT]


def cleaned(span: ReadableSpan) -> ReadableSpan:
    """The span as it may be sent: of an error its kind alone."""
    return ReadableSpan(
        name=span.name if _NAME.fullmatch(span.name) else "unnamed",
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=allowed(span.attributes),
        events=[
            Event(event.name, allowed(event.attributes), event.timestamp)
            for event in span.events
            if event.name == "exception"
        ],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


class CleanExporter(SpanExporter):
    """Sends cleaned spans by another exporter."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        told = [cleaned(span) for span in spans if span.name not in FRAMES]
        return self._inner.export(told)

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def _is_plain(value: object) -> bool:
    if isinstance(value, bool | int | float):
        return True
    return isinstance(value, str) and _IDENTIFIER.fullmatch(value) is not None
