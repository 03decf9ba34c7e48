"""An owner whose every word is a canary uses everything, much of it fails, and nothing that leaves
the process holds the canary: no span, no figure, no line of a log."""

import io
import logging
import logging.config
import uuid
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from celery.utils.log import get_logger
from django.conf import settings as django_settings
from django.db import DataError, connection
from django.test import Client

from chat import services as chat_services
from chat.models import Message
from drmaum.celery import app
from drmaum.lib import tracing
from drmaum.lib.threads import in_thread
from drmaum.lib.timeline import Timeline
from drmaum.observability.cleaning import allowed, named, statement
from drmaum.tests.test_canary import World, _nothing_is_queued  # noqa: F401  (a fixture)
from inference.models import ModelCall
from inference.tests import model_server as play
from profiles import tokens
from profiles.models import User
from soap.tests.notes import make_vet

CANARY = f"canary{uuid.uuid4().hex[:8]}"


class Log:
    """What the product's own handler writes."""

    def __init__(self, form: str) -> None:
        self.stream = io.StringIO()
        app.loader.init_worker()  # configures the logs when a first worker starts
        told = django_settings.LOGGING
        console = {**told["handlers"]["console"], "formatter": form, "stream": self.stream}
        console["level"] = "DEBUG"
        logging.config.dictConfig({**told, "handlers": {"console": console}})

    @property
    def text(self) -> str:
        return self.stream.getvalue()


@pytest.fixture
def log(request: Any) -> Iterator[Log]:
    yield Log(getattr(request, "param", "line"))
    logging.config.dictConfig(django_settings.LOGGING)


def break_everything() -> None:
    """Errors that quote what they were given, where the product meets such."""
    with pytest.raises(DataError), Timeline().step("store"), connection.cursor() as cursor:
        cursor.execute("select %s::int", [CANARY])
    with pytest.raises(DataError), connection.cursor() as cursor:
        cursor.execute(f"select '{CANARY}'::int")
    with pytest.raises(ValueError, match=CANARY), tracing.span("parse", said=f"{CANARY} 귀"):
        raise ValueError(CANARY)


def ask_for_everything(world: World) -> None:
    """Requests with the canary wherever a client may put it."""
    given = {"user-agent": CANARY, "referer": f"http://{CANARY}/", tracing.HEADER: CANARY}
    page = Client(raise_request_exception=False, headers=given)
    page.force_login(world.owner)
    for path in (
        f"/{CANARY}", f"/s/{CANARY}", f"/history?q={CANARY}", f"/clinics?place={CANARY}",
        f"/consultations/{world.talk.pk}", f"/api/v1/{CANARY}?{CANARY}={CANARY}",
    ):  # fmt: skip
        page.get(path)
        page.post(path, {CANARY: CANARY})
    token = tokens.sign_in(user=world.owner).access
    app_client = Client(headers={**given, "authorization": f"Bearer {token}"})
    talk = chat_services.open_consultation(owner=world.owner, pet=world.pet)
    said = {"consultation": str(talk.pk), "text": f"{CANARY} 가려워요"}
    sent = app_client.post("/api/v1/chat/send", said, content_type="application/json")
    assert sent.status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("log", ["line", "json"], indirect=True)
def test_nothing_of_an_owner_leaves_with_traces_figures_or_logs(observed, collector, log):
    connection.close()
    with tracing.entrance("everything"):
        world = World(CANARY, make_vet("수의사", "view_soapnote"))
        break_everything()
    ask_for_everything(world)
    logger = logging.getLogger("inference.somewhere")
    try:
        connection.cursor().execute("select %s::int", [CANARY])
    except DataError as error:
        logger.warning("job %s failed: %s", 1, error, exc_info=True)
        get_logger("celery.worker.request").error("Task handler raised error: %r", error)
    observed.flush()

    assert Message.objects.filter(text__contains=CANARY).exists()
    assert len(collector.spans) > 100
    assert collector.figures("http.server.request.duration")
    assert "job 1 failed: DataError" in log.text
    assert "in test_nothing_of_an_owner" in log.text  # the places stay
    assert CANARY not in log.text
    assert [path for path, body in collector.bodies if CANARY.encode() in body] == []


@app.task(name="tests.break_down")
def break_down(word: str) -> None:
    raise ValueError(word)


@pytest.mark.django_db(transaction=True)
def test_a_task_that_fails_in_a_worker_tells_its_kind_alone(observed, collector, log):
    app.control.purge()
    with start_worker(app, pool="solo", perform_ping_check=False, queues=["work"]):
        with tracing.entrance("request"):
            break_down.apply_async((CANARY,), argsrepr="()", queue="work")
        for _ in range(200):
            observed.flush()
            if collector.named("run/tests.break_down"):
                break
            Event().wait(0.02)
    tracing.count("drmaum.jobs.died", kind="answers")
    observed.flush()

    assert collector.figure_names == {"drmaum.jobs.died"}  # none that a library counts by itself
    (run,) = collector.named("run/tests.break_down")
    assert run.is_error
    assert run.errors[0] == {"exception.type": "ValueError"}
    assert "ValueError" in log.text
    assert CANARY not in log.text
    assert [path for path, body in collector.bodies if CANARY.encode() in body] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("library", "meaning")
async def test_a_model_s_words_and_its_errors_are_not_told(
    models, abroad, ask, observed, collector
):
    models.will("claude", play.ok(f"{CANARY}는 포도를 먹으면 안 돼요. [4]\n"))
    models.will("openai", play.refused(400))
    await in_thread(User.objects.filter(pk=abroad.owner_id).update)(name=CANARY)
    with tracing.entrance("request"):
        await ask(abroad, f"{CANARY}가 포도를 먹었어요")
    await in_thread(observed.flush)()

    assert await in_thread(ModelCall.objects.filter(outcome="complete").exists)()
    assert collector.named("model call")
    assert [path for path, body in collector.bodies if CANARY.encode() in body] == []


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select 'a''b', %s", "select ?, %s"),
        ("select $$secret$$, $x$ 'y' $x$", "select ?, ?"),
        ('select "id" from "t" where "n" = %(name)s', 'select "id" from "t" where "n" = %(name)s'),
    ],
)
def test_a_statement_keeps_its_placeholders_and_loses_its_literals(sql, told):
    assert statement(sql) == told


def test_only_what_stands_on_the_list_and_is_an_identifier_goes_through():
    given = {
        "http.route": "/pets/<uuid:pk>",
        "http.target": "/pets/1?x=1",
        "url.path": "두부네 집",
        "drmaum.kind": "answers",
        "drmaum.said": "bori@example.com",
        "drmaum.text": "a sentence of somebody",
        "drmaum.list": ["a"],
        "http.status_code": 200,
        "exception.message": "said",
    }
    assert allowed(given) == {
        "http.route": "/pets/<uuid:pk>",
        "drmaum.kind": "answers",
        "http.status_code": 200,
    }
    assert named({"provider": "claude", "who": "보리"}) == {"gen_ai.provider.name": "claude"}
