"""The routes that the URLconf holds, what is declared of them, and what an answer means."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from drmaum.tests.security.world import ROLES, World

DECLARED = Path(__file__).with_name("routes.txt")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PORTAL = "admin/"
WITH_OWNER = {
    "anyone": set(ROLES),
    "signed": set(ROLES) - {"nobody"},
    "shared": {"owner", "caretaker"},
    "owner": {"owner"},
    "invited": set(),
    "token": set(),
}
OPEN, SIGN_IN, ABSENT, FORBIDDEN, NO_METHOD = "open", "sign-in", "absent", "forbidden", "no method"
# Where the address names nothing, the body does.
BODIES: dict[str, Any] = {
    "api/v1/chat/send": lambda world: {"consultation": str(world.talk.pk), "text": "안녕하세요"},
    "api/v1/uploads": lambda world: {
        "consultation": str(world.talk.pk), "kind": "photo", "name": "a.jpg", "size": 10,
        "content_type": "image/jpeg",
    },
    "consultations": lambda world: {"pet": str(world.pet.pk)},
    "api/v1/transcriptions/<uuid:pk>/confirm": lambda _: {"text": "귀를 긁어요"},
    "api/v1/consultations/<uuid:pk>/stop": lambda world: {"reply": str(world.reply.pk)},
    "api/v1/consultations/<uuid:pk>/rating": lambda _: {"stars": 3},
    "api/v1/consultations/<uuid:pk>/pin": lambda _: {"is_pinned": True},
    "api/v1/messages/<uuid:pk>/feedback": lambda _: {"is_helpful": True},
    "api/v1/uploads/<uuid:pk>/keep": lambda _: {"is_kept": True},
    "api/v1/pets/<uuid:pet_id>/caretakers": lambda _: {"email": "third@example.com"},
    "api/v1/pets/<uuid:pet_id>/records": lambda _: {"kind": "visit", "title": "검진"},
    "api/v1/pets/<uuid:pet_id>/weights": lambda world: {
        "kg": "4.20", "measured_on": str(world.weight.measured_on),
    },
    "api/v1/pets/<uuid:pet_id>/care": lambda world: {
        "kind": "other", "title": "미용", "due_on": str(world.care.due_on),
    },
}  # fmt: skip
QUERIES = {
    "api/v1/consultations/<uuid:pk>/export": "as=json",
    "consultations/<uuid:pk>/export": "as=json",
}


def routes_of(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every address of the product with what answers it, the portal's too."""
    for one in (resolver or get_resolver()).url_patterns:
        route = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from routes_of(one, route)
        elif isinstance(one, URLPattern):
            yield route, one.callback


def declared() -> dict[tuple[str, str], str]:
    """Who may pass, by route and method."""
    found: dict[tuple[str, str], str] = {}
    for line in DECLARED.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            who, methods, route = line.split()
            for method in methods.split(","):
                assert (route, method) not in found, line
                found[route.removeprefix("-"), method] = who
    return found


def methods_of(callback: Any) -> set[str]:
    """What a view answers, where its class tells; a function is asked."""
    actions = getattr(callback, "actions", None)
    kind = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    if actions:
        return {name.upper() for name in actions} & set(METHODS)
    if kind is None:
        return set()
    return {method for method in METHODS if hasattr(kind, method.lower())}


def ask(client: Client, world: World, route: str, method: str) -> str:
    """What comes of asking for the owner's thing."""
    ids = world.ids(route)
    path = "/" + re.sub(r"<\w+:(\w+)>", lambda part: str(ids[part[1]]), route)
    if method == "GET":
        return meaning(client.get(f"{path}?{QUERIES.get(route, '')}"))
    body = BODIES.get(route, lambda _: {})(world)
    is_form = method == "POST" and not route.startswith("api/")
    given = {"data": body} if is_form else {"data": body, "content_type": "application/json"}
    return meaning(getattr(client, method.lower())(path, **given))


def meaning(response: HttpResponse) -> str:
    for close in response._resource_closers:  # its files, and not the connection of this test
        close()
    status = response.status_code
    assert status < 500, f"{status}: {response.content[:300]!r}"
    led = response.headers.get("Location", "")
    if status == 401 or (status == 302 and re.match(r"/(admin/)?login/?(\?|$)", led)):
        return SIGN_IN
    if led == f"/{PORTAL}":  # as the portal says that there is no such row
        return ABSENT
    return {403: FORBIDDEN, 404: ABSENT, 405: NO_METHOD}.get(status, OPEN)
