"""The load balancer's question whether this process lives, answered before anything else.

It names the host by its address, which no list of hosts can foresee. Every other path still has
its host checked.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

ALIVE = "/healthz"


class AliveMiddleware:
    """Outside of all that looks at the host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == ALIVE:
            return JsonResponse({"status": "ok"})
        return self.get_response(request)
