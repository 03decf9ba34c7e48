"""HTTP under ASGI for a product whose views are all synchronous."""

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OneThreadHandler(ASGIHandler):
    """Runs middleware and view of a request in one thread.

    Django's own handler keeps an asynchronous chain, in which every synchronous middleware and
    the view hop to a thread and back: a dozen hops a request, each a few tenths of a
    millisecond of the loop that also feeds the sockets.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        respond: Any = sync_to_async(self.get_response, thread_sensitive=True)
        response: HttpResponseBase = await respond(request)
        return response
