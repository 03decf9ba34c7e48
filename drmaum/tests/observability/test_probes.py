"""What a load balancer asks."""

import threading

import pytest
from django.db import OperationalError

from chat.tests.bucket import in_bucket, s3, s3_server  # noqa: F401  (fixtures)
from drmaum import readiness

pytestmark = pytest.mark.django_db
ELSEWHERE = "10.0.3.17:8000"


@pytest.fixture(autouse=True)
def _nothing_hangs_from_before() -> None:
    readiness._asking.clear()


def test_a_load_balancer_may_name_the_host_by_its_address(client, settings):
    settings.ALLOWED_HOSTS = ["drmaum.example.com"]

    assert client.get("/healthz", headers={"host": ELSEWHERE}).json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/", "/readyz", "/api/v1/pets", "/healthz/", "//healthz", "/x"])
def test_no_other_path_is_open_to_a_foreign_host(client, settings, path):
    settings.ALLOWED_HOSTS = ["drmaum.example.com"]

    assert client.get(path, headers={"host": ELSEWHERE}).status_code == 400


def test_a_dependency_that_is_away_is_named_and_nothing_else(client, settings):
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1"

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "degraded", "database": True, "redis": False, "broker": True,
    }  # fmt: skip


def test_a_database_that_fails_says_no_more_than_that(client, monkeypatch):
    def fail() -> None:
        raise OperationalError("connection to 10.0.0.5 failed for user drmaum")

    monkeypatch.setattr(readiness, "_ask_database", fail)

    answer = client.get("/readyz")

    assert answer.json()["database"] is False
    assert "10.0.0.5" not in answer.content.decode()


def test_a_dependency_that_hangs_is_waited_for_once(client, monkeypatch):
    release, asked = threading.Event(), []

    def hang() -> None:
        asked.append(1)
        release.wait(20)

    monkeypatch.setattr(readiness, "PATIENCE", 0.05)
    monkeypatch.setattr(readiness, "_ask_redis", hang)

    answers = [client.get("/readyz").json()["redis"] for _ in range(3)]
    release.set()

    assert answers == [False, False, False]
    assert asked == [1]


def test_a_bucket_is_asked_where_there_is_one(client, s3, settings):  # noqa: F811
    assert client.get("/readyz").json()["storage"] is True

    settings.MEDIA_BUCKET = "nowhere-at-all"
    assert client.get("/readyz").json()["storage"] is False
