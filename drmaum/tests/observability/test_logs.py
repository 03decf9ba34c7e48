"""Lines of a log that machines read, and the form that workers use."""

import json
import logging
import sys

import pytest
from celery import signals
from django.conf import settings

from drmaum.lib import tracing
from drmaum.lib.log_masking import WordsMasked
from drmaum.observability.logs import JsonLines


def record(message: str, *args: object, exc_info: object = None) -> logging.LogRecord:
    return logging.LogRecord("inference.jobs", 30, "file.py", 1, message, args, exc_info)


def line(message: str, *args: object, exc_info: object = None) -> dict[str, object]:
    told = record(message, *args, exc_info=exc_info)
    WordsMasked().filter(told)
    written = JsonLines().format(told)
    assert "\n" not in written
    found: dict[str, object] = json.loads(written)
    return found


def test_a_line_is_one_object_with_all_that_a_search_needs(settings, time_machine):
    settings.SERVICE_NAME = "answers"
    time_machine.move_to("2026-03-01T09:00:00.250Z", tick=False)

    assert line("job %s is\ndead", 7) == {
        "time": "2026-03-01T09:00:00.250+00:00",
        "level": "WARNING",
        "logger": "inference.jobs",
        "message": "job 7 is\ndead",
        "trace_id": "",
        "span_id": "",
        "service": "answers",
    }


@pytest.mark.django_db
def test_a_line_names_the_trace_that_it_belongs_to(observed, collector):
    with tracing.entrance("request"):
        told = line("something")
    observed.flush()

    (span,) = collector.spans
    assert (told["trace_id"], told["span_id"]) == (span.trace, span.id)


def test_a_refused_request_names_its_trace(client, observed, collector, caplog):
    caplog.handler.setFormatter(JsonLines())
    client.get("/nowhere")
    observed.flush()

    (span,) = collector.spans
    (told,) = [json.loads(line) for line in caplog.text.splitlines() if "django.request" in line]
    assert (told["trace_id"], told["span_id"]) == (span.trace, span.id)


def test_an_exception_keeps_its_places_and_its_cause_but_not_its_words():
    try:
        try:
            raise KeyError("보리")
        except KeyError as inner:
            raise ValueError("두부") from inner
    except ValueError:
        told = line("failed", exc_info=sys.exc_info())

    assert "test_logs.py" in told["error"]
    assert told["error"].index("KeyError") < told["error"].index("ValueError")
    assert "보리" not in told["error"].replace('raise KeyError("보리")', "")
    assert "두부" not in told["error"].replace('raise ValueError("두부")', "")


def test_an_exception_of_ours_says_what_we_made_it_say():
    from chat.uploads.storage import StorageDownError

    assert line("waits: %s", StorageDownError("SlowDown"))["message"] == "waits: SlowDown"
    assert line("waits: %s", ValueError("두부"))["message"] == "waits: ValueError"


def test_workers_leave_the_loggers_as_the_settings_made_them():
    from drmaum import celery

    assert celery.keep_logging in [heard() for _, heard in signals.setup_logging.receivers]


def test_the_console_is_masked_in_either_form():
    console = settings.LOGGING["handlers"]["console"]

    assert set(console["filters"]) == {"wordless", "masked"}
    assert {"line", "json"} <= set(settings.LOGGING["formatters"])
