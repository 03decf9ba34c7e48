"""What a person reads here stays in no cache: not the browser's, not one in between."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

NOT_KEPT = "private, no-store"


class NothingKeptMiddleware:
    """Marks every answer of the API, and every page of somebody who is signed in.

    A view that says something of its own is left alone. Going back shows a talk as it stands now,
    and nothing after signing out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and _is_personal(request):
            response["Cache-Control"] = NOT_KEPT
        return response


def _is_personal(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or request.user.is_authenticated
