"""What a shared link opens. No sign-in, no owner's name; never kept by anybody on the way."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from rest_framework.exceptions import Throttled

from drmaum.lib.portal import address_of
from soap import pdf, sharing
from soap.models import SoapNote
from soap.note_pages import as_file, link_address
from soap.plain import NO_RECORD, summarise
from soap.visitors import LinkThrottle

# The address of this page is a secret: it is neither kept, nor listed, nor told to other sites.
SECRECY = {
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}
Page = Callable[[HttpRequest, str], HttpResponse]


def _in_secrecy(page: Page) -> Page:
    @wraps(page)
    def guarded(request: HttpRequest, secret: str) -> HttpResponse:
        response = _answer(request, secret, page)
        for name, value in SECRECY.items():
            response[name] = value
        return response

    return guarded


def _answer(request: HttpRequest, secret: str, page: Page) -> HttpResponse:
    throttle = LinkThrottle()
    if not throttle.allow_request(request, None):
        wait = int(throttle.wait() or 1) + 1
        response = render(request, "pages/link_busy.html", status=Throttled.status_code)
        response["Retry-After"] = str(wait)
        return response
    try:
        return page(request, secret)
    except sharing.LinkGone as gone:
        return render(request, "pages/link_gone.html", {"gone": gone}, status=gone.status)


@require_safe
@_in_secrecy
def note(request: HttpRequest, secret: str) -> HttpResponse:
    found = _opened(request, secret)
    context: dict[str, Any] = {
        "summary": summarise(found), "no_record": NO_RECORD, "secret": secret,
    }  # fmt: skip
    return render(request, "pages/note_shared.html", context)


@require_safe
@_in_secrecy
def file(request: HttpRequest, secret: str) -> HttpResponse:
    found = _opened(request, secret)
    address = link_address(request, secret)
    return as_file(pdf.render(found, address=address), pdf.file_name(found))


def _opened(request: HttpRequest, secret: str) -> SoapNote:
    """The note; an entry for its owner unless only the head was asked for."""
    if request.method == "HEAD":
        return sharing.find(secret).note
    return sharing.open_link(secret=secret, address=address_of(request))
