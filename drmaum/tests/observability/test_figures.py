"""The figures that dashboards and alarms read."""

from datetime import timedelta

import pytest
from django.db.models import F

from chat import services as chat_services
from chat.tests.conftest import Socket, dial, ticket  # noqa: F401  (fixtures)
from drmaum.lib.threads import in_thread
from drmaum.observability import queues
from drmaum.observability.metrics import FIGURES
from inference import jobs
from inference.models import InferenceJob
from inference.tests import model_server as play
from inference.tests.test_flow_models import ASKED, FIRST

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


def values(collector, name, label):
    """Label -> the sum of a counter, or the count of a histogram."""
    found = {}
    for labels, point in collector.figures(name):
        value = point.count if hasattr(point, "bucket_counts") else point.as_int or point.as_double
        found[labels.get(label)] = found.get(labels.get(label), 0) + value
    return found


@committed
@pytest.mark.usefixtures("library", "meaning")
async def test_an_answer_is_counted_with_its_model_its_tokens_and_its_cost(
    models, abroad, ask, observed, collector
):
    models.will("claude", play.ok(FIRST))
    await ask(abroad, ASKED)
    await in_thread(observed.flush)()

    assert values(collector, "drmaum.messages", "drmaum.urgency") == {"emergency": 1}
    assert values(collector, "drmaum.reply.duration", "drmaum.responder") == {"claude": 1}
    assert values(collector, "drmaum.model.first_token", "gen_ai.provider.name") == {"claude": 1}
    assert values(collector, "drmaum.model.calls", "drmaum.outcome") == {"complete": 1}
    tokens = values(collector, "drmaum.model.tokens", "drmaum.direction")
    assert tokens["read"] > 0
    assert tokens["written"] > 0
    assert values(collector, "drmaum.model.cost", "gen_ai.provider.name")["claude"] > 0


@committed
@pytest.mark.usefixtures("library", "meaning")
async def test_fallback_and_cache_are_responders_of_their_own(
    consultation, ask, observed, collector
):
    asked = "강아지 입냄새가 나요"
    await ask(consultation, asked)
    again = await in_thread(chat_services.open_consultation)(
        owner=consultation.owner, pet=consultation.pet
    )
    await ask(again, asked)
    await in_thread(observed.flush)()

    told = values(collector, "drmaum.reply.duration", "drmaum.responder")
    assert told == {"extractive": 1, "cache": 1}


def test_a_dead_job_is_counted_by_its_kind(consultation, enqueued, observed, collector):
    message = chat_services.send_message(
        consultation=consultation, author=consultation.owner, text="귀를 긁어요"
    )
    job = message.jobs.get()
    for _ in range(3):
        claim = jobs.claim(job.pk)
        jobs.fail(job_id=job.pk, fence=claim.fence, error="ValueError: said", steps=[])
    observed.flush()

    assert values(collector, "drmaum.jobs.died", "drmaum.kind") == {"answers": 1}


@committed
async def test_open_sockets_are_counted_up_and_down(
    dial,  # noqa: F811
    consultation,
    ticket,  # noqa: F811
    observed,
    collector,
):
    socket = await dial(consultation, ticket)
    await socket.heard_so_far()
    await in_thread(observed.flush)()
    assert values(collector, "drmaum.sockets", None) == {None: 1}

    await socket.disconnect()
    await in_thread(observed.flush)()
    assert values(collector, "drmaum.sockets", None) == {None: 0}
    assert collector.named("socket handshake")


@committed
def test_the_scheduler_tells_how_long_the_oldest_job_waits(
    consultation, enqueued, observe, collector
):
    message = chat_services.send_message(
        consultation=consultation, author=consultation.owner, text="귀를 긁어요"
    )
    InferenceJob.objects.filter(message=message).update(
        created_at=F("created_at") - timedelta(minutes=5)
    )
    observe("beat").flush()

    ages = {labels["drmaum.kind"]: point.as_double for labels, point in
            collector.figures("drmaum.queue.age")}  # fmt: skip
    assert set(ages) == set(queues.WAITING)
    assert 300 <= ages.pop("answers") < 330
    assert set(ages.values()) == {0}
    waiting = {labels["drmaum.kind"]: point.as_int for labels, point in
               collector.figures("drmaum.queue.waiting")}  # fmt: skip
    assert waiting["answers"] == 1


def test_only_the_scheduler_looks_at_the_tables(observed, collector):
    observed.flush()

    assert collector.figures("drmaum.queue.age") == []


def test_requests_are_measured_by_route_and_status(client, observed, collector):
    client.get("/first-aid")
    client.get("/first-aid/nowhere")
    observed.flush()

    found = collector.figures("http.server.request.duration")
    told = {(labels["http.route"], labels["http.response.status_code"]) for labels, _ in found}
    assert told == {("/first-aid", 200), ("/first-aid/<slug:slug>", 404)}


def test_a_figure_that_nobody_declared_is_an_error(observed):
    from drmaum.lib import tracing

    assert "drmaum.typo" not in FIGURES
    with pytest.raises(KeyError):
        tracing.count("drmaum.typo")
