"""Off unless a collector is named; and then on in each process of the product, by its name."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from drmaum.stack import observing
from drmaum.stack.places import ROOT
from drmaum.stack.product import programs

# As daphne and Celery begin: the entry, and every task.
BEGIN = """
import sys
import {first}
import drmaum.asgi
from drmaum.celery import app
app.loader.import_default_modules()
from drmaum.lib import tracing
print(tracing._recorder is not None, any(
    name.startswith("opentelemetry") and module for name, module in sys.modules.items()))
if tracing._recorder:
    print(tracing._recorder.traces.resource.attributes["service.name"])
"""


def told_by_a_process(first: str = "drmaum.celery", **environment: str) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BEGIN.format(first=first)],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.long
@pytest.mark.parametrize("first", ["drmaum.asgi", "drmaum.celery"])
def test_without_a_collector_nothing_of_the_sdk_is_loaded(first):
    assert told_by_a_process(first, OTEL_SERVICE_NAME="web") == ["False", "False"]


@pytest.mark.long
def test_with_a_collector_a_process_is_observed_under_its_name():
    told = told_by_a_process(
        OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1",
        OTEL_SERVICE_NAME="answers",
        OTEL_METRIC_EXPORT_INTERVAL="3600000",
        OTEL_EXPORTER_OTLP_TIMEOUT="1",
    )
    assert told == ["True", "True", "answers"]


def test_this_process_is_not_observed_and_its_middleware_is_as_before():
    assert settings.OTLP_ENDPOINT == ""
    assert not [name for name in settings.MIDDLEWARE if "observability" in name]


def test_each_program_of_the_product_has_a_service_of_its_own():
    names = [program.environment["OTEL_SERVICE_NAME"] for program in programs("127.0.0.1", 8000)]

    assert names == ["web", "answers", "work", "speech", "beat"]


def test_watching_sends_what_is_started_later_to_the_receiver(monkeypatch):
    monkeypatch.setattr(os, "environ", {})

    watched = observing.watched()

    assert os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/" == watched.address
    assert watched.program.argv[-2:] == [
        "drmaum.observability.receiver", watched.address.split(":")[2].strip("/"),
    ]  # fmt: skip


@pytest.mark.parametrize("called", ["span", "entrance"])
def test_a_call_that_nobody_hears_is_a_block_like_any_other(called):
    from drmaum.lib import tracing

    with getattr(tracing, called)("name", kind="x") as span:
        span.note(count=1)
    tracing.begun("name").end(outcome="ok")
    tracing.count("no such figure")
    with tracing.quiet():
        assert tracing.ids() == ("", "")
