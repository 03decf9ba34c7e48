"""What becomes a span, in which trace, and what does not."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from celery import Celery
from celery.contrib.testing.worker import start_worker
from django.db import connection

from chat.tests.bucket import s3_server  # noqa: F401  (a fixture)
from drmaum.celery import app
from drmaum.lib import tracing
from drmaum.lib.http import OneThreadHandler
from drmaum.lib.streaming_pool import TaskPool
from drmaum.lib.threads import in_thread
from inference.models import InferenceJob
from inference.tests import model_server as play
from inference.tests.conftest import send
from inference.tests.test_flow_models import ASKED, FIRST
from profiles import tasks as profiles_tasks

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)

TRACE = "6789123400112233445566778899aabb"
ROOT = f"Root=1-{TRACE[:8]}-{TRACE[8:]}"
SERVER, CLIENT, PRODUCER, CONSUMER = 2, 3, 4, 5
PATIENCE = 10


def by_name(spans: list[Any]) -> dict[str, Any]:
    return {span.name: span for span in spans}


def test_a_load_balancer_s_trace_goes_on(client, observed, collector):
    client.get("/first-aid", headers={tracing.HEADER: ROOT})
    client.get("/first-aid", headers={tracing.HEADER: f"Self=1-1-2;{ROOT}"})
    observed.flush()

    assert [(span.trace, span.parent) for span in collector.spans] == [(TRACE, ""), (TRACE, "")]


def test_a_caller_s_span_becomes_the_parent(client, observed, collector):
    given = f"{ROOT};Parent=00f067aa0ba902b7;Sampled=1"
    client.get("/first-aid", headers={tracing.HEADER: given})
    observed.flush()

    assert [(s.trace, s.parent) for s in collector.spans] == [(TRACE, "00f067aa0ba902b7")]


@pytest.mark.parametrize("given", ["", "Root=1-zz-1", "Root=", "a;b;c", "Root=1-6789-1" * 90])
def test_without_a_readable_header_a_trace_of_x_ray_s_form_begins(
    client, observed, collector, given, time_machine
):
    time_machine.move_to("2026-03-01T00:00:00Z", tick=False)
    client.get("/first-aid", headers={tracing.HEADER: given})
    observed.flush()

    (span,) = collector.spans
    assert int(span.trace[:8], 16) == 1772323200  # its first eight digits are the time
    assert span.parent == ""


def test_who_asked_not_to_be_traced_is_not(client, observed, collector):
    given = f"{ROOT};Parent=00f067aa0ba902b7;Sampled=0"
    client.get("/first-aid", headers={tracing.HEADER: given})
    observed.flush()

    assert collector.spans == []


def test_a_share_of_nothing_traces_nothing_and_counts_all_the_same(client, observe, collector):
    recording = observe(share=0.0)
    client.get("/first-aid")
    recording.flush()

    assert collector.spans == []
    assert collector.figures("http.server.request.duration")


@committed
def test_a_request_is_named_by_its_route_and_holds_its_statements(
    api, observed, consultation, collector
):
    connection.close()  # one that was open before is not listened to
    api.get(f"/api/v1/consultations/{consultation.pk}?q=secret")
    observed.flush()

    (request,) = [span for span in collector.spans if span.kind == SERVER]
    assert request.name == "GET /api/v1/consultations/<uuid:pk>"
    assert request.facts["http.route"] == "/api/v1/consultations/<uuid:pk>"
    assert request.facts["http.response.status_code"] == 200
    statements = [span for span in collector.spans if span.facts.get("db.system") == "postgresql"]
    assert statements
    assert {span.trace for span in statements} == {request.trace}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/drmaum/icon.svg"])
def test_probes_and_files_of_ours_are_no_traces(client, observed, collector, path):
    answer = client.get(path)
    answer.close()
    observed.flush()

    assert answer.status_code == 200

    assert collector.spans == []


def test_an_unknown_address_is_named_by_nothing_that_was_typed(client, observed, collector):
    client.get("/canary-1234")
    observed.flush()

    (span,) = collector.spans
    assert span.name == "GET unknown"


def test_what_a_process_does_by_itself_begins_no_trace(owner, observed, collector):
    assert type(owner).objects.filter(pk=owner.pk).exists()
    profiles_tasks.finish_erasure.delay("x")
    observed.flush()

    assert collector.spans == []


async def ask_over_asgi(path: str, token: str, body: dict[str, Any]) -> int:
    """A POST as daphne hands it over."""
    content = json.dumps(body).encode()
    headers = {
        "content-length": str(len(content)),
        "host": "localhost",
        "authorization": f"Bearer {token}",
        "content-type": "application/json",
        tracing.HEADER.lower(): ROOT,
    }
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": path, "raw_path": b"",
        "query_string": b"", "scheme": "http", "client": ("127.0.0.1", 1), "server": ("x", 80),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    web = ApplicationCommunicator(OneThreadHandler(), scope)
    await web.send_input({"type": "http.request", "body": content})
    begun = await web.receive_output(PATIENCE)
    await web.receive_output(PATIENCE)
    await web.wait(PATIENCE)
    return int(begun["status"])


@committed
@pytest.mark.usefixtures("library", "meaning")
async def test_one_trace_leads_from_the_load_balancer_to_the_model_of_a_worker(
    abroad, models, sign_in, observed, collector
):
    models.will("claude", play.ok(FIRST))
    client = await in_thread(sign_in)(await in_thread(lambda: abroad.owner)())
    token = client._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    await in_thread(app.control.purge)()

    body = {"consultation": str(abroad.pk), "text": ASKED}
    assert await ask_over_asgi("/api/v1/chat/send", token, body) == 200
    await in_thread(answered_by_a_worker)(abroad)
    await in_thread(observed.flush)()

    spans = by_name(collector.trace(TRACE))
    request, publish = spans["POST /api/v1/chat/send"], spans["apply_async/inference.tasks.answer"]
    run, call = spans["run/inference.tasks.answer"], spans["model call"]
    assert (publish.parent, run.parent) == (request.id, publish.id)
    assert (publish.kind, run.kind) == (PRODUCER, CONSUMER)
    boxes = ["triage", "context", "cache", "embed", "search", "prompt", "route", "model claude"]
    assert {spans[box].parent for box in boxes} == {run.id}
    assert call.parent == spans["model claude"].id
    assert call.facts["gen_ai.request.model"] == "claude-sonnet-5"
    assert call.facts["drmaum.outcome"] == "complete"
    assert call.facts["gen_ai.usage.output_tokens"] > 0
    assert call.facts["drmaum.first_token_ms"] >= 0
    # Pieces of text on their way to sockets are too many to be told.
    below = [span.name for span in collector.trace(TRACE) if span.parent == call.parent]
    assert set(below) == {"model call", "SELECT", "INSERT", "UPDATE", "insert"}


def answered_by_a_worker(consultation: Any) -> None:
    """A real worker takes what lies in the real queue, until the job is done."""
    with start_worker(
        app, pool=TaskPool, concurrency=4, perform_ping_check=False, queues=["answers"]
    ):
        for _ in range(PATIENCE * 20):
            if InferenceJob.objects.get(message__consultation=consultation).status == "done":
                return
            asyncio.run(asyncio.sleep(0.05))
    raise AssertionError("no worker answered")


@committed
@pytest.mark.usefixtures("library", "meaning")
async def test_a_job_whose_message_was_lost_goes_on_with_the_trace_of_its_row(
    consultation, answer, observed, collector
):
    @in_thread
    def ask() -> InferenceJob:
        with tracing.entrance("request", ROOT):
            return send(consultation, ASKED)

    await answer(await ask())  # as after a sweep: nothing around it
    await in_thread(observed.flush)()

    (request,), (resumed,) = collector.named("request"), collector.named("answer resumed")
    assert (resumed.trace, resumed.parent, resumed.kind) == (TRACE, request.id, CONSUMER)
    assert {span.parent for span in collector.named("search")} == {resumed.id}


def test_a_row_keeps_no_trace_that_is_not_recorded(observe):
    recording = observe(share=0.0)

    with tracing.entrance("request"):
        assert recording.header() == ""


def test_a_trace_goes_through_sqs_too(s3_server, observed, collector, monkeypatch):  # noqa: F811
    host = s3_server.removeprefix("http://")
    sqs = Celery("sqs", broker=f"sqs://key:secret@{host}//", set_as_current=False)
    sqs.conf.broker_transport_options = {"region": "ap-northeast-2", "is_secure": False}
    with tracing.entrance("request", ROOT):
        sqs.send_task("inference.tasks.answer", ["a job"], queue="answers")
    with sqs.connection_for_read() as link:
        message = link.default_channel.basic_get("answers", no_ack=True)
    observed.flush()

    (publish,) = collector.named("apply_async/inference.tasks.answer")
    given = message.headers[tracing.HEADER]
    assert given == f"{ROOT};Parent={publish.id};Sampled=1"
    assert publish.trace == TRACE
    sent = collector.named("SQS.SendMessage") or collector.named("answers send")
    assert {span.trace for span in sent} == {TRACE}
