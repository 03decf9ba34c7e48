"""The page of `manage.py up --observe`."""

import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from drmaum.lib import tracing
from drmaum.observability import receiver
from drmaum.stack.places import ROOT


@pytest.fixture
def store() -> receiver.Store:
    return receiver.Store()


@pytest.fixture
def address(store: receiver.Store) -> Iterator[str]:
    server = receiver.serving(store, 0)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def arrived(address: str) -> tuple[None, str]:
    """In place of the collector."""
    return None, address


def one_span(name: str, number: int = 0) -> ExportTraceServiceRequest:
    sent = ExportTraceServiceRequest()
    span = sent.resource_spans.add().scope_spans.add().spans.add()
    span.trace_id, span.name = number.to_bytes(16, "big"), name
    return sent


def get(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return str(answer.read().decode())


def test_an_empty_page_says_what_to_do(address):
    assert "아직 기록이 없어요" in get(f"{address}/")


def test_traces_and_figures_of_a_process_are_shown(observed, address, store):
    with tracing.entrance("POST <b>/send</b>"), tracing.span("cache"), tracing.span("inner"):
        tracing.count("drmaum.messages", urgency="home")
    observed.flush()

    (trace,) = store.traces()
    assert [(row["name"], row["depth"]) for row in trace["rows"]] == [
        ("POST <b>/send</b>", "0"), ("cache", "1"), ("inner", "2"),
    ]  # fmt: skip
    page = get(f"{address}/")
    assert "POST &lt;b&gt;/send" in page
    assert trace["id"] in page
    assert "drmaum.messages" in page
    assert "drmaum.urgency=home" in page


def test_only_the_newest_traces_are_kept(store):
    for number in range(receiver.MOST_TRACES + 5):
        store.take_traces(one_span(str(number), number).SerializeToString())

    names = [trace["name"] for trace in store.traces()]
    assert len(names) == receiver.MOST_TRACES
    assert names[0] == str(receiver.MOST_TRACES + 4)


@pytest.mark.parametrize(("path", "code"), [("/v1/logs", 404), ("/v1/traces", 400)])
def test_what_is_no_export_is_refused(address, path, code):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(f"{address}{path}", data=b"\xff\xff"))
    assert refused.value.code == code
    refused.value.close()


def test_the_page_needs_nothing_of_the_product():
    """Its process sets up no Django: it is there at once, and small."""
    program = (
        "from drmaum.observability import receiver\n"
        "store = receiver.Store()\n"
        f"store.take_traces({one_span('GET /x').SerializeToString()!r})\n"
        "print(receiver.page(store))"
    )
    bare = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=bare, capture_output=True, check=True
    )
    assert "GET /x" in done.stdout.decode()
