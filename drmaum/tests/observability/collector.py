"""A collector on the loopback: what processes sent, as bytes and decoded."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Sent:
    """A span as it arrived."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    kind: int
    facts: dict[str, Any]
    is_error: bool
    errors: tuple[dict[str, Any], ...]
    status: str


class Collector:
    def __init__(self) -> None:
        self.bodies: list[tuple[str, bytes]] = []

    @property
    def spans(self) -> list[Sent]:
        found = []
        for path, body in list(self.bodies):
            if path == "/v1/traces":
                for sent in ExportTraceServiceRequest.FromString(body).resource_spans:
                    service = facts_of(sent.resource.attributes)["service.name"]
                    found += [
                        _sent(span, service) for scope in sent.scope_spans for span in scope.spans
                    ]
        return found

    def trace(self, trace_id: str) -> list[Sent]:
        return [span for span in self.spans if span.trace == trace_id]

    def named(self, name: str) -> list[Sent]:
        return [span for span in self.spans if span.name == name]

    @property
    def figure_names(self) -> set[str]:
        sent = [body for path, body in list(self.bodies) if path == "/v1/metrics"]
        return {metric.name for body in sent for metric in _metrics(body)}

    def figures(self, name: str) -> list[tuple[dict[str, Any], Any]]:
        """Labels and the newest point of each."""
        found: dict[str, tuple[dict[str, Any], Any]] = {}
        for path, body in list(self.bodies):
            if path == "/v1/metrics":
                for metric in _metrics(body):
                    if metric.name == name:
                        kind = getattr(metric, metric.WhichOneof("data"))
                        for point in kind.data_points:
                            labels = facts_of(point.attributes)
                            found[str(sorted(labels.items()))] = (labels, point)
        return list(found.values())


@contextmanager
def collecting() -> Iterator[tuple[Collector, str]]:
    """A collector that listens, and its address."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.bodies.append((self.path, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield collector, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def facts_of(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


def _metrics(body: bytes) -> Iterator[Any]:
    for sent in ExportMetricsServiceRequest.FromString(body).resource_metrics:
        for scope in sent.scope_metrics:
            yield from scope.metrics


def _sent(span: Any, service: str) -> Sent:
    return Sent(
        service=service,
        name=span.name,
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        kind=span.kind,
        facts=facts_of(span.attributes),
        is_error=span.status.code == 2,
        errors=tuple(facts_of(event.attributes) for event in span.events),
        status=span.status.message,
    )
