"""A collector for one machine: keeps the newest traces and figures in memory, and shows them.

`manage.py up --observe` starts it. It listens on the loopback only, and knows no AWS.
"""

import argparse
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.template import Context, Engine
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

from drmaum.stack.places import ROOT

MOST_TRACES = 60
LARGEST_BODY = 16 << 20
ERROR = 2


@dataclass(frozen=True)
class Row:
    """A span: when it began and how long it took, in milliseconds."""

    id: str
    parent: str
    service: str
    name: str
    begins: float
    takes: float
    is_error: bool
    facts: str

    def shown(self, depth: int, begins: float, takes: float) -> dict[str, Any]:
        """As the page draws it, beside a trace that began then and took so long. Texts only: a
        number would ask for a language."""
        return {
            "name": self.name,
            "service": self.service,
            "is_error": self.is_error,
            "facts": self.facts,
            "depth": str(depth),
            "takes": f"{self.takes:.1f}",
            "left": f"{100 * (self.begins - begins) / takes:.2f}",
            "width": f"{max(0.2, 100 * self.takes / takes):.2f}",
        }


class Store:
    """What was received; the oldest trace goes first."""

    def __init__(self) -> None:
        self._traces: OrderedDict[str, list[Row]] = OrderedDict()
        self._figures: dict[tuple[str, str, str], str] = {}
        self._lock = threading.Lock()

    def take_traces(self, body: bytes) -> None:
        """Raises DecodeError."""
        with self._lock:
            for sent in ExportTraceServiceRequest.FromString(body).resource_spans:
                service = _facts(sent.resource.attributes).get("service.name", "")
                for scope in sent.scope_spans:
                    for span in scope.spans:
                        self._traces.setdefault(span.trace_id.hex(), []).append(_row(span, service))
            while len(self._traces) > MOST_TRACES:
                self._traces.popitem(last=False)

    def take_figures(self, body: bytes) -> None:
        """Raises DecodeError."""
        with self._lock:
            for sent in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                service = _facts(sent.resource.attributes).get("service.name", "")
                for scope in sent.scope_metrics:
                    for metric in scope.metrics:
                        for labels, value in _values(metric):
                            self._figures[metric.name, service, labels] = value

    def traces(self) -> list[dict[str, Any]]:
        """Newest first, each with its rows in the order of the tree."""
        with self._lock:
            return [_told(key, rows) for key, rows in reversed(self._traces.items())]

    def figures(self) -> list[tuple[str, str, str, str]]:
        """Name, service, labels and value, sorted."""
        with self._lock:
            return sorted((*key, value) for key, value in self._figures.items())


def serving(store: Store, port: int) -> ThreadingHTTPServer:
    """The server, listening."""
    taking = {"/v1/traces": store.take_traces, "/v1/metrics": store.take_figures}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            take = taking.get(self.path)
            if take is None or length > LARGEST_BODY:
                self.send_error(404 if take is None else 413)
                return
            try:
                take(self.rfile.read(length))
            except DecodeError:
                self.send_error(400)
                return
            self._answer("application/x-protobuf", b"")

        def do_GET(self) -> None:
            if self.path != "/":
                self.send_error(404)
                return
            self._answer("text/html; charset=utf-8", page(store).encode())

        def _answer(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads who asked."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def page(store: Store) -> str:
    template = Engine(dirs=[str(ROOT / "templates")]).get_template("traces.html")
    told = {"traces": store.traces(), "figures": store.figures()}
    return str(template.render(Context(told, use_l10n=False)))


def _row(span: Any, service: str) -> Row:
    facts = _facts(span.attributes)
    return Row(
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        service=service,
        name=span.name,
        begins=span.start_time_unix_nano / 1e6,
        takes=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e6,
        is_error=span.status.code == ERROR,
        facts="\n".join(f"{name} = {value}" for name, value in sorted(facts.items())),
    )


def _told(key: str, rows: list[Row]) -> dict[str, Any]:
    in_order = sorted(rows, key=lambda row: row.begins)
    begins = in_order[0].begins
    takes = max(row.begins + row.takes for row in rows) - begins or 1
    return {
        "id": key,
        "name": in_order[0].name,
        "takes": f"{takes:.1f}",
        "services": list(dict.fromkeys(row.service for row in in_order)),
        "rows": [row.shown(depth, begins, takes) for row, depth in _tree(rows)],
    }


def _tree(rows: list[Row]) -> Iterator[tuple[Row, int]]:
    """Each row after its parent, with its depth. What has no parent here stands at the left."""
    known = {row.id for row in rows}
    below: dict[str | None, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.begins):
        parent = row.parent if row.parent and row.parent in known else None
        below.setdefault(parent, []).append(row)
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        yield row, depth
        waiting += [(child, depth + 1) for child in reversed(below.get(row.id, []))]


def _values(metric: Any) -> Iterator[tuple[str, str]]:
    for point in metric.histogram.data_points:
        average = point.sum / point.count if point.count else 0
        yield _labels(point), f"{point.count} × {average:.3f} {metric.unit}"
    for point in [*metric.sum.data_points, *metric.gauge.data_points]:
        value = point.as_int if point.WhichOneof("value") == "as_int" else point.as_double
        yield _labels(point), f"{value:g} {metric.unit}"


def _labels(point: Any) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(_facts(point.attributes).items()))


def _facts(attributes: Iterator[KeyValue] | Any) -> dict[str, str]:
    return {
        one.key: str(getattr(one.value, one.value.WhichOneof("value") or "string_value"))
        for one in attributes
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    serving(Store(), parser.parse_args().port).serve_forever()


if __name__ == "__main__":
    main()
