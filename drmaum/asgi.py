"""The ASGI entry: HTTP to Django, sockets to the consumers."""

import os
from typing import Any

from drmaum.lib import unobserved  # noqa: F401  (before anything that looks for the SDK)

# isort: split

import django
from channels.routing import ProtocolTypeRouter, URLRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drmaum.settings")
django.setup(set_prefix=False)

from chat.routing import websocket_urlpatterns  # noqa: E402  (needs the app registry)
from drmaum.lib.http import OneThreadHandler  # noqa: E402
from inference.triage import engine  # noqa: E402

# The rule book is compiled here, not while the first owner waits.
engine.warm()

http = OneThreadHandler()

sockets = URLRouter(websocket_urlpatterns)


async def websocket(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Route a socket; an unknown path is closed like a foreign consultation, not a crash."""
    try:
        await sockets(scope, receive, send)
    except ValueError as error:
        if "No route found" not in str(error):
            raise
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 4404})


application = ProtocolTypeRouter({"http": http, "websocket": websocket})
