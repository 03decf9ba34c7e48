"""Pages on which passwords and codes are given: as bounded in rate as the API."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from drmaum.lib.errors import Refusal
from drmaum.lib.rates import ScopedRate


class Knocking:
    """Tells the throttle which scope it counts in: that of the account endpoints."""

    throttle_scope = "accounts"


def wait_of(request: HttpRequest) -> int | None:
    """Counts this request; whole seconds to wait when it was one too many."""
    throttle = ScopedRate()
    if throttle.allow_request(request, Knocking()):
        return None
    return int(throttle.wait() or 1) + 1


def busy(request: HttpRequest, wait: int) -> HttpResponse:
    context = {"wait": wait}
    response = render(request, "pages/door_busy.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(wait)
    return response


def bounded(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Of a function that takes a form: answers one that comes too soon with a sentence."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wait = wait_of(request) if request.method == "POST" else None
        return busy(request, wait) if wait else page(request, *args, **kwargs)

    return guarded


@bounded
def portal_login(request: HttpRequest) -> HttpResponse:
    """The portal's own form. It knows no refusal of ours, so that is shown on a page."""
    try:
        return admin.site.login(request)
    except Refusal as refusal:
        context = {"message": refusal.message}
        return render(request, "pages/door_busy.html", context, status=refusal.status)
