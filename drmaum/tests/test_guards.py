"""Rules of the house that no single app can hold."""

import re
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from drmaum.celery import app
from drmaum.stack.places import DOCKER, ROOT

BOXES = {"cache", "context", "retrieve", "prompt", "route", "generate", "validate", "deliver"}


def test_the_pipeline_folder_is_the_diagram():
    files = {file.stem for file in (ROOT / "inference" / "pipeline").glob("*.py")}
    assert files == BOXES | {"__init__", "flow", "types"}


def test_every_task_has_a_queue_that_a_worker_reads():
    from drmaum.stack.product import programs

    read = {
        program.argv[program.argv.index("-Q") + 1]
        for program in programs("127.0.0.1", 8000)
        if "-Q" in program.argv
    }
    own = [name for name in app.tasks if not name.startswith("celery.")]
    assert own
    for name in own:
        assert app.amqp.router.route({}, name)["queue"].name in read


def test_only_the_streaming_queue_gets_coroutines():
    import inspect

    for name, task in app.tasks.items():
        if not name.startswith("celery."):
            queue = app.amqp.router.route({}, name)["queue"].name
            assert inspect.iscoroutinefunction(task.run) == (queue == "answers"), name


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_the_locks_hold_hashes_and_name_no_host():
    for lock in DOCKER.glob("*.lock"):
        text = lock.read_text()
        pins = re.findall(r"^[A-Za-z0-9_.\[\]-]+==", text, re.M)
        assert pins
        assert text.count("--hash=sha256:") >= len(pins)
        assert not re.search(r"https?://|index-url|find-links", text)


def test_every_setting_from_the_environment_is_documented():
    files = (ROOT / "drmaum").glob("*settings.py")
    source = "".join(file.read_text() for file in files)
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', source)) - {"EMBEDDED"}
    documented = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert read - documented == set()


def test_the_api_document_is_valid_and_korean():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    operations = [
        operation
        for path in schema["paths"].values()
        for method, operation in path.items()
        if method in ("get", "post", "patch", "delete")
    ]
    assert len(operations) > 20
    assert [
        o["operationId"] for o in operations if not re.search("[가-힣]", o.get("description", ""))
    ] == []


@override_settings(EMBEDDED=False)
@pytest.mark.django_db
def test_the_mailbox_exists_in_the_embedded_setup_only(client):
    assert client.get("/mailbox/").status_code == 404


@pytest.mark.django_db
def test_pages_carry_a_strict_policy(client):
    answer = client.get("/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_health_names_each_dependency(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = {"status": "ok", "database": True, "redis": True, "broker": True}
    assert client.get("/readyz").json() == ready


def test_the_channel_layer_is_never_cut_when_idle():
    host = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0]
    assert host["socket_timeout"] is None


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/articles/nowhere"])
@pytest.mark.django_db
def test_an_unknown_address_is_a_korean_sentence(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "찾을 수 없어요" in answer.content.decode()
