"""The app around the pages: manifest, service worker, what is readable without a network."""

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control

from drmaum.first_aid import CARDS, all_cards, card_of

WORKER = Path(__file__).with_name("static") / "drmaum" / "worker.js"
# What the pages that are kept on the device load.
ASSETS = (
    "drmaum/style.css",
    "drmaum/shell.css",
    "drmaum/text_size.js",
    "drmaum/shell.js",
    "drmaum/worker_link.js",
    "drmaum/offline.js",
    "drmaum/icon.svg",
)
GROUND, BRAND = "#f6f7f5", "#2f7d6b"


def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the app on its home screen."""
    content: dict[str, Any] = {
        "id": "/",
        "name": "Dr. 마음",
        "short_name": "Dr. 마음",
        "description": "증상을 말하면 위험 신호를 먼저 살피고, 근거가 있는 안내를 드려요.",
        "lang": "ko",
        "dir": "ltr",
        "start_url": reverse("landing"),
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": BRAND,
        "categories": ["health", "medical", "lifestyle"],
        "icons": [
            {"src": static("drmaum/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(_icon(f"icon-{size}", size, "any") for size in (192, 512)),
            *(_icon(f"maskable-{size}", size, "maskable") for size in (192, 512)),
        ],
        "shortcuts": [
            {"name": "응급처치", "url": reverse("first_aid")},
            {"name": "동물병원 찾기", "url": reverse("clinics")},
        ],
    }
    answer = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = "application/manifest+json; charset=utf-8"
    patch_cache_control(answer, max_age=3600)
    return answer


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    source = static(f"drmaum/icons/{name}.png")
    return {"src": source, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its head names the version and what is kept for it."""
    head = json.dumps({"version": version(), "pages": _pages(), "assets": _assets()})
    script = f"const SHELL = {head};\n{WORKER.read_text()}"
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = "/"
    patch_cache_control(answer, no_cache=True)
    return answer


def _pages() -> list[str]:
    cards = [reverse("first_aid_card", args=[slug]) for slug in all_cards()]
    return [reverse("offline"), reverse("first_aid"), *cards]


def _assets() -> list[str]:
    # Both names where they differ: modules import each other by the plain one.
    names = {static(asset) for asset in ASSETS} | {settings.STATIC_URL + asset for asset in ASSETS}
    return sorted(names)


@lru_cache(maxsize=1)
def version() -> str:
    """A digest of all that is shipped to a browser: another file, another version."""
    found = hashlib.sha256()
    for file in _shipped():
        found.update(f"{file.relative_to(settings.BASE_DIR)}\0".encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def _shipped() -> Iterator[Path]:
    yield CARDS
    yield from sorted((settings.BASE_DIR / "templates").glob("**/*.html"))
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if folder.parent == settings.BASE_DIR:
            yield from sorted(file for file in folder.glob("static/**/*") if file.is_file())


def offline(request: HttpRequest) -> HttpResponse:
    """What is shown for a page that cannot be reached; the same for everybody."""
    return _for_everybody(request, "pages/offline.html", {"cards": all_cards().values()})


def first_aid(request: HttpRequest) -> HttpResponse:
    return _for_everybody(request, "pages/first_aid.html", {"cards": all_cards().values()})


def first_aid_card(request: HttpRequest, slug: str) -> HttpResponse:
    card = card_of(slug)
    if card is None:
        raise Http404
    return _for_everybody(request, "pages/first_aid_card.html", {"card": card})


def _for_everybody(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """These pages are kept on the device, so nothing of an account may stand in them."""
    return render(request, template, {**context, "is_for_everybody": True})
