"""The admin theme runs Alpine, which needs `unsafe-eval`; nothing outside the portal does."""

from collections.abc import Callable

from csp.constants import NONCE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

PORTAL = "/admin/"


class PortalPolicyMiddleware:
    """Loosens the content policy under the portal's path only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(PORTAL):
            response._csp_replace = {  # type: ignore[attr-defined]
                "script-src": [SELF, NONCE, UNSAFE_EVAL],
                "style-src": [SELF, UNSAFE_INLINE],
            }
        return response
