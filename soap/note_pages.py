"""An owner's own pages of a note."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from chat.models import Consultation
from drmaum.lib.errors import Refusal
from profiles.auth import person
from soap import awaiting, offering, pdf, qr, sharing
from soap.models import ShareLink, SoapNote
from soap.plain import NO_RECORD, summarise


@login_required
@never_cache
@require_safe
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _readable(request, pk)
    if found.owner_id != person(request).pk:
        others = {"summary": summarise(found), "no_record": NO_RECORD}
        return render(request, "pages/note_of_other.html", others)
    return render(request, "pages/note.html", _context(found))


@login_required
@never_cache
@require_safe
def awaited(request: HttpRequest, pk: UUID) -> HttpResponse:
    """On to the note once it is there; until then a page that asks again by itself."""
    mine = Consultation.objects.visible_to(person(request)).select_related("pet")
    consultation = get_object_or_404(mine, pk=pk)
    found = awaiting.note_of(consultation, person(request))
    if found.note is not None:
        return redirect("note", pk=found.note.pk)
    context = {"awaited": found, "consultation": consultation}
    return render(request, "pages/note_awaited.html", context)


@login_required
@never_cache
@require_safe
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _readable(request, pk)
    return as_file(pdf.render(found), pdf.file_name(found))


@login_required
@never_cache
@require_POST
def share(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The one page that shows a link's address: it is not kept, so nothing can show it again."""
    found = _mine(request, pk)
    given = request.POST.get("days", "")
    days = int(given) if given.isdecimal() and len(given) < 4 else 0
    try:
        shared = sharing.share(note=found, owner=person(request), days=days)
    except Refusal as refusal:
        context = {**_context(found), "refused": refusal.message}
        return render(request, "pages/note.html", context, status=refusal.status)
    address = link_address(request, shared.secret)
    context = {"note": found, "link": shared.link, "address": address, "code": qr.as_image(address)}
    context["secret"] = shared.secret
    return render(request, "pages/note_link.html", context, status=HTTPStatus.CREATED)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    link = get_object_or_404(ShareLink.objects.visible_to(person(request)), pk=pk)
    sharing.revoke(link=link, owner=person(request))
    messages.success(request, "링크를 거뒀어요. 이제 그 링크로는 아무도 볼 수 없어요.")
    return redirect("note", pk=link.note_id)


@login_required
@require_POST
def ask_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _mine(request, pk)
    try:
        offering.ask_review(note=found, owner=person(request))
    except Refusal as refusal:
        messages.info(request, refusal.message)
    else:
        messages.success(request, "수의사에게 확인을 부탁했어요. 확인이 끝나면 이 요약에 표시돼요.")
    return redirect("note", pk=pk)


def as_file(content: bytes, name: str) -> HttpResponse:
    """A PDF that a browser opens, and names well when it is kept."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    return response


def link_address(request: HttpRequest, secret: str) -> str:
    return request.build_absolute_uri(reverse("shared_note", args=[secret]))


def _readable(request: HttpRequest, pk: UUID) -> SoapNote:
    """Also of a consultation that another held who cares for the same pet."""
    shared = SoapNote.objects.readable_by(person(request)).select_related("pet", "approved_by")
    return get_object_or_404(shared, pk=pk)


def _mine(request: HttpRequest, pk: UUID) -> SoapNote:
    mine = SoapNote.objects.visible_to(person(request)).select_related("pet", "approved_by")
    return get_object_or_404(mine, pk=pk)


def _context(found: SoapNote) -> dict[str, Any]:
    links = sharing.links_of(found)
    return {
        "summary": summarise(found),
        "no_record": NO_RECORD,
        "links": [(link, sharing.openings_of(link)) for link in links],
        "days": sharing.DAYS,
        "default_days": sharing.DEFAULT_DAYS,
    }
