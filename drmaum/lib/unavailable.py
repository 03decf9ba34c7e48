"""A database that does not answer is a short wait for the owner, not a server error."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from drmaum.lib.errors import json_error, wants_json

logger = logging.getLogger(__name__)
RETRY_SECONDS = "5"


class UnavailableMiddleware:
    """Turns lost database connections into 503 with `Retry-After`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        logger.error("database unavailable: %s", type(error).__name__)
        if wants_json(request):
            response: HttpResponse = json_error("unavailable", 503)
        else:
            response = render(request, "503.html", status=503)
        response["Retry-After"] = RETRY_SECONDS
        return response
