"""Requests as entrances of traces: under their route, since an address may hold a secret.

The instrumentation of Django that OpenTelemetry ships leaves requests under ASGI alone.
"""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from opentelemetry.trace import StatusCode, get_current_span

from drmaum.lib import tracing
from drmaum.observability.logs import TRACED

PROBES = ("/healthz", "/readyz")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NOWHERE = "unknown"


class TracedMiddleware:
    """The outermost: whatever the others do is a part of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in PROBES or request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        begun = time.perf_counter()
        method = request.method if request.method in METHODS else "OTHER"
        header = request.headers.get(tracing.HEADER, "")
        with tracing.entrance(str(method), header, method=str(method)) as span:
            request.META[TRACED] = tracing.ids()
            response = self.get_response(request)
            match = request.resolver_match
            route = f"/{match.route}" if match else NOWHERE
            span.note(route=route, path=route, status=response.status_code)
            _name(f"{method} {route}", response.status_code)
        seconds = time.perf_counter() - begun
        facts: tracing.Facts = {"method": str(method), "route": route}
        tracing.measure(
            "http.server.request.duration", seconds, **facts, status=response.status_code
        )
        return response


def _name(name: str, status: int) -> None:
    span = get_current_span()
    span.update_name(name)
    if status >= 500:
        span.set_status(StatusCode.ERROR)
