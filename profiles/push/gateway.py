"""The gateway to the push services of browsers (RFC 8030, 8291, 8292), through pywebpush.

Whoever registers a device names the address that we shall post to. Only the services of browsers'
makers are spoken to, by https at their usual port and without following a redirect, so that nobody
can make this server ask an address of its own network.
"""

import base64
import json
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

# Chrome, Edge, Samsung and others; Firefox; Safari; Windows.
SERVICES = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
TIMEOUT_SECONDS = 5
# The order of NIST P-256 (FIPS 186-4, D.1.2.3).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class GoneError(Exception):
    """The device does not want to be told any more, or was never there."""


class LaterError(Exception):
    """The service cannot take it now."""


def is_service(endpoint: str) -> bool:
    """Whether an address belongs to a push service that we speak to."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").rstrip(".").lower()
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin in settings.PUSH_EXTRA_ORIGINS:
        return True
    is_plain = not parts.username and not parts.password and port in (None, 443)
    known = any(host == one or host.endswith(f".{one}") for one in SERVICES)
    return parts.scheme == "https" and is_plain and known


def send(*, subscription: dict[str, Any], told: dict[str, str], seconds: int) -> None:
    """Hand one notification to the device's push service, to be kept there for so long.

    Raises GoneError, LaterError.
    """
    if not is_service(subscription["endpoint"]):
        raise GoneError
    try:
        webpush(
            subscription,
            data=json.dumps(told, ensure_ascii=False),
            vapid_private_key=_signer(settings.SECRET_KEY, settings.VAPID_PRIVATE_KEY),
            vapid_claims={"sub": f"mailto:{_sender()}"},
            ttl=seconds,
            timeout=TIMEOUT_SECONDS,
            requests_session=_NoRedirects(),
        )
    except WebPushException as error:
        status = error.response.status_code if error.response is not None else None
        if status in (HTTPStatus.TOO_MANY_REQUESTS, None) or status >= 500:
            raise LaterError(str(status)) from error
        raise GoneError(str(status)) from error
    except (requests.RequestException, OSError) as error:
        raise LaterError(type(error).__name__) from error
    except ValueError as error:  # keys of no possible form
        raise GoneError(type(error).__name__) from error


def public_key() -> str:
    """What browsers subscribe by: the uncompressed point, in base64url."""
    signer = _signer(settings.SECRET_KEY, settings.VAPID_PRIVATE_KEY)
    point = signer.public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


class _NoRedirects(requests.Session):
    """A service answers itself; whoever sends us on may send us anywhere."""

    def post(self, url: Any, data: Any = None, json: Any = None, **kwargs: Any) -> Any:
        return super().post(url, data, json, **{**kwargs, "allow_redirects": False})


@cache
def _signer(secret: str, given: str) -> Any:
    """The key that signs for this product: the one of the settings, or one drawn from SECRET_KEY.
    With another key devices have to subscribe anew, which the page does by itself."""
    if given:
        return Vapid02.from_string(given)
    drawn = HKDF(hashes.SHA256(), 48, None, b"drmaum web push").derive(secret.encode())
    return Vapid02(ec.derive_private_key(int.from_bytes(drawn) % (ORDER - 1) + 1, ec.SECP256R1()))


def _sender() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("<")[2].strip("> ")
