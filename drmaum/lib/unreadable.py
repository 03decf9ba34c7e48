"""The portal's lists hand an address on to the database as it stands; what no text of it can hold is
refused at the door."""

from collections.abc import Callable
from urllib.parse import unquote

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

PORTAL = "/admin/"


class UnreadableMiddleware:
    """Answers 400 to an address of the portal with a NUL in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PORTAL) and "\0" in unquote(request.get_full_path()):
            raise BadRequest("NUL in an address")
        return self.get_response(request)
