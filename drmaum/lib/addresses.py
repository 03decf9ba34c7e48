"""From where a request came."""

from ipaddress import ip_address
from typing import Any

from django.conf import settings


def address_of(request: Any) -> str | None:
    """As the server knows it, or as the proxies before it say that are known to stand there; None
    over a Unix socket. Whatever a client wrote into the header itself stands further left in it,
    and buys neither another name in the access log nor further tries."""
    try:
        return str(ip_address(_told(request)))
    except ValueError:
        return None


def _told(request: Any) -> str:
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.TRUSTED_PROXIES:
        return seen
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    named: list[str] = [*filter(None, passed), seen]
    return named[-settings.TRUSTED_PROXIES - 1 :][0]
