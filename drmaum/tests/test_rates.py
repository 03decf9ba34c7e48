"""Rates: counted at once, told in headers, begun anew, and no hindrance when the cache is away."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from rest_framework.test import APIRequestFactory

from drmaum.lib.rates import CountedAtOnce


class Five(CountedAtOnce):
    scope, rate = "five", "5/min"

    def get_cache_key(self, request, view):
        return "throttle_five"


def asked():
    return Five().allow_request(APIRequestFactory().get("/"), None)


def test_of_fifty_calls_at_once_no_more_pass_than_may():
    with ThreadPoolExecutor(16) as pool:
        allowed = list(pool.map(lambda _: asked(), range(50)))
    assert sum(allowed) == 5


def test_the_count_begins_anew_after_its_span(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(Five, "timer", lambda self: now[0])
    assert [asked() for _ in range(6)] == [True] * 5 + [False]
    now[0] += 61
    assert asked()


@pytest.mark.django_db
def test_a_client_can_pace_itself(api, consultation, enqueued):
    body = {"consultation": str(consultation.pk), "text": "설사를 해요"}
    first, second = (api.post("/api/v1/chat/send", body) for _ in range(2))
    assert first["RateLimit-Limit"] == "60"
    assert (first["RateLimit-Remaining"], second["RateLimit-Remaining"]) == ("59", "58")
    assert 0 < int(second["RateLimit-Reset"]) <= 60
    assert "RateLimit-Limit" not in api.get("/api/v1/me")


@pytest.mark.django_db
def test_without_its_cache_nobody_is_turned_away(api, consultation, enqueued, settings):
    caches = {name: dict(one) for name, one in settings.CACHES.items()}
    alive = settings.CACHES
    caches["default"]["LOCATION"] = "redis://127.0.0.1:1/1"
    settings.CACHES = caches
    body = {"consultation": str(consultation.pk), "text": "설사를 해요"}
    try:
        assert api.post("/api/v1/chat/send", body).status_code == 200
    finally:
        settings.CACHES = alive
