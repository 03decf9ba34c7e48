"""The real processes, observed: each under its name, one trace through them, no word of an owner."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from drmaum.lib.tracing import HEADER
from drmaum.management.commands.demo import EMAIL, PASSWORD
from drmaum.tests.conftest import _open_folder
from drmaum.tests.observability.collector import Collector
from drmaum.tests.product import RunningProduct

pytestmark = [pytest.mark.long, pytest.mark.stack]
CANARY = "canary7351"
PATIENCE = 60
TRACE = "0112233445566778899aabbc"  # after the time that the load balancer puts before it
RUN = "run/inference.tasks.answer"
SERVICES = {"web", "answers", "work", "speech", "beat"}


@pytest.fixture
def observed_product(arrived: tuple[Collector, str]) -> Iterator[RunningProduct]:
    with _open_folder() as folder:
        running = RunningProduct(
            folder,
            OTEL_EXPORTER_OTLP_ENDPOINT=arrived[1],
            OTEL_METRIC_EXPORT_INTERVAL="1000",
            OTEL_BSP_SCHEDULE_DELAY="500",
            LOG_FORMAT="json",
        )
        try:
            running.start()
            running.manage("demo")
            yield running
        finally:
            running.stop()


def wait_for(found: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < deadline, "it did not arrive"
        time.sleep(0.2)  # noqa: TID251  (real processes)


def ask(address: str, trace: str) -> None:
    with httpx2.Client(base_url=f"{address}/api/v1", timeout=30) as app:
        signed_in = app.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        assert signed_in.status_code == 200, signed_in.text
        app.headers["Authorization"] = f"Bearer {signed_in.json()['access']}"
        pet = app.get("/pets").json()["results"][0]["id"]
        talk = app.post("/consultations", json={"pet": pet}).json()["id"]
        said = {"consultation": talk, "text": f"{CANARY} 강아지가 귀를 긁어요"}
        assert app.post("/chat/send", json=said, headers={HEADER: trace}).status_code == 200
        app.get(f"/{CANARY}?q={CANARY}")


def test_one_trace_goes_through_the_processes_of_the_product(observed_product, collector):
    begun = f"{int(time.time()):08x}"
    ask(observed_product.address, f"Root=1-{begun}-{TRACE}")
    trace = f"{begun}{TRACE}"
    wait_for(lambda: RUN in {span.name for span in collector.trace(trace)})
    wait_for(lambda: collector.figures("drmaum.queue.age"))
    wait_for(lambda: collector.figures("drmaum.reply.duration"))

    through = {span.name: span for span in collector.trace(trace)}
    asked = through["POST /api/v1/chat/send"]
    sent, run = through["apply_async/inference.tasks.answer"], through[RUN]
    assert (asked.service, sent.service, run.service) == ("web", "web", "answers")
    assert (asked.parent, sent.parent, run.parent) == ("", asked.id, sent.id)
    assert {span.service for span in collector.spans} <= SERVICES
    assert observed_product.stop() == 0
    lines = observed_product.log.read_text()
    assert CANARY not in lines
    assert [path for path, body in collector.bodies if CANARY.encode() in body] == []
    told = [json.loads(line.partition("| ")[2]) for line in lines.splitlines() if "| {" in line]
    (unknown,) = [line for line in told if line["logger"] == "django.request"]
    assert unknown["service"] == "web"
    assert unknown["trace_id"] in {span.trace for span in collector.named("GET unknown")}
