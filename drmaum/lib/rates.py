"""How often somebody may ask. Counted in one step, so that fifty calls at once are fifty; told in
headers, so that a client can pace itself.

Without its cache nothing is counted: an owner in need is not turned away by an outage.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError
from rest_framework.settings import api_settings
from rest_framework.throttling import ScopedRateThrottle, SimpleRateThrottle

from drmaum.lib.addresses import address_of

logger = logging.getLogger(__name__)


class CountedAtOnce(SimpleRateThrottle):
    """So many requests in a span of time that begins with the first of them."""

    scope = "none"
    num_requests: int | None
    duration: int | None

    def get_rate(self) -> str | None:
        """As the settings say now; the framework keeps what they said at its import."""
        rate = api_settings.DEFAULT_THROTTLE_RATES[self.scope]
        return None if rate is None else str(rate)

    def get_ident(self, request: Any) -> str:
        """The address itself: a header that a visitor writes must not buy further tries."""
        return address_of(request) or "nowhere"

    def allow_request(self, request: Any, view: Any) -> bool:
        key = self.get_cache_key(request, view) if self.rate else None
        if key is None:
            return True
        try:
            used, self._left = self._count(key)
        except RedisError as error:
            logger.warning("requests are not counted: %s", type(error).__name__)
            return True
        limit = int(self.num_requests or 0)
        self._tell(request, limit, max(0, limit - used))
        return used <= limit

    def wait(self) -> float | None:
        return self._left

    def _count(self, key: str) -> tuple[int, float]:
        """How many with this one, and in how many seconds the count begins anew."""
        span, now = float(self.duration or 1), self.timer()
        self.cache.add(f"{key}:since", now, span)
        self.cache.add(key, 0, span + 1)
        since = self.cache.get(f"{key}:since", now)
        if now - since >= span:  # the two keys end a moment apart
            self.cache.set_many({f"{key}:since": now, key: 0}, span + 1)
            since = now
        try:
            used = self.cache.incr(key)
        except ValueError:  # it ended just now
            self.cache.set(key, 1, span + 1)
            used = 1
        return used, max(0.0, since + span - now)

    def _tell(self, request: Any, limit: int, remaining: int) -> None:
        told = getattr(request, "_request", request)
        told.rate = (limit, remaining, round(self._left + 0.5))


class ScopedRate(ScopedRateThrottle, CountedAtOnce):
    """By account, at the rate of the view's `throttle_scope`."""


class RateHeadersMiddleware:
    """RateLimit-Limit, -Remaining and -Reset (seconds) on every answer that was counted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        rate = getattr(request, "rate", None)
        if rate is not None:
            for name, value in zip(("Limit", "Remaining", "Reset"), rate, strict=True):
                response[f"RateLimit-{name}"] = str(value)
        return response
