"""Readiness, error pages, and the local mailbox of the embedded setup."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from drmaum import readiness
from drmaum.lib import mailbox as local_mail
from drmaum.lib.errors import json_error, wants_json

LOOPBACK = {"127.0.0.1", "::1"}


def readyz(request: HttpRequest) -> JsonResponse:
    """Each dependency answers, with its own short timeout."""
    found = readiness.found()
    status = 200 if all(found.values()) else 503
    return JsonResponse({"status": "ok" if status == 200 else "degraded", **found}, status=status)


def mailbox(request: HttpRequest) -> HttpResponse:
    """Mails of the embedded setup. Only there, and only from this machine."""
    is_local = settings.EMAIL_BACKEND.endswith("LocalMailbox")
    if not (settings.EMBEDDED and is_local and request.META.get("REMOTE_ADDR") in LOOPBACK):
        raise Http404
    return render(request, "mailbox.html", {"mails": local_mail.newest()})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if wants_json(request):
        return json_error("not_found", 404)
    return render(request, "404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if wants_json(request):
        return json_error("parse_error", 400)
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return json_error("error", 500)
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if wants_json(request):
        return json_error("permission_denied", 403)
    return render(request, "403.html", status=403)
