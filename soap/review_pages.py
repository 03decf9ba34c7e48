"""The review page: a note beside its conversation, and what a vet does there."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from chat.portal import urgency_tag
from drmaum.lib.errors import Refusal
from drmaum.lib.portal import address_of
from profiles.auth import person
from profiles.models import User
from soap import assigning, reviewing, showing
from soap import history as note_history
from soap.models import AccessLog, Rewrite, Section, SoapNote
from soap.reading import keywords_of, section_texts
from soap.workflow.markdown import as_markdown

QUEUE = "admin:soap_soapnote_changelist"
PAGE = "admin:soap_soapnote_change"
SAID = {
    "accept": gettext_lazy("초안을 그대로 채택했어요."),
    "edit": gettext_lazy("저장했어요."),
    "restore": gettext_lazy("초안으로 되돌렸어요."),
    "rewrite": gettext_lazy("AI가 이 항목을 다시 쓰고 있어요. 끝나면 화면에 나타나요."),
    "amend": gettext_lazy("수정 기록을 남겼어요."),
    "approve": gettext_lazy("승인했어요."),
    "take": gettext_lazy("이 노트를 맡았어요."),
    "release": gettext_lazy("공동 대기열로 돌려놓았어요."),
}
LONGEST_DETAIL = 8


def urls(site: admin.AdminSite) -> list[URLPattern]:
    def at(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        return path(f"<uuid:pk>/{route}", site.admin_view(view), name=f"soap_note_{name}")

    return [
        at("do/<slug:verb>/", act, "act"),
        at("copied/", copied, "copied"),
        at("rewrites/", rewrites, "rewrites"),
        at("pdf/", as_pdf, "pdf"),
    ]


def review(request: HttpRequest, pk: str) -> HttpResponse:
    """Opening the page is logged, and takes a waiting note into review."""
    note = _note(request, pk)
    try:
        reviewing.open_note(note=note, vet=person(request), address=address_of(request))
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return redirect(QUEUE)
    return _page(request, _note(request, pk))


@require_GET
def history(request: HttpRequest, pk: str) -> HttpResponse:
    note = _note(request, pk)
    reviewing.hand_over(
        note=note, vet=person(request), action=AccessLog.Action.OPEN,
        address=address_of(request), detail="history",
    )  # fmt: skip
    context = {**_around(request, note, _("변경 기록")), "entries": note_history.of(note)}
    return TemplateResponse(request, "admin/soap/history.html", context)


@require_POST
def act(request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
    """One act of a vet. What is refused shows the page again, with what was written."""
    if verb not in SAID:
        raise Http404
    note = _note(request, str(pk), was_open=True)
    try:
        _do(request, note, verb)
    except PermissionDenied as error:
        raise Http404 from error
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return _again(request, note, verb, HTTPStatus(refusal.status))
    messages.success(request, SAID[verb])
    if verb == "approve" and request.POST.get("then") == "next":
        return _next(request)
    if verb == "release":
        return redirect(QUEUE)
    return redirect(f"{reverse(PAGE, args=[note.pk])}#part-{request.POST.get('kind', '')}")


@require_POST
def copied(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page has put a text into the clipboard."""
    _hand_over(request, pk, AccessLog.Action.COPY, request.POST.get("kind", "")[:LONGEST_DETAIL])
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_GET
def rewrites(request: HttpRequest, pk: UUID) -> JsonResponse:
    """Whether a section is still being written anew: the page asks until it is not."""
    note = _note(request, str(pk))
    waiting = Rewrite.objects.filter(section__note=note, status=Rewrite.Status.WAITING)
    return JsonResponse({"waiting": waiting.exists()})


@require_GET
def as_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    from soap import pdf  # noqa: PLC0415  (fonts and a typesetter that few requests need)

    note = _hand_over(request, pk, AccessLog.Action.PDF, "")
    response = HttpResponse(pdf.render(note), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="summary.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _hand_over(request: HttpRequest, pk: UUID, action: str, detail: str) -> SoapNote:
    note = _note(request, str(pk))
    reviewing.hand_over(
        note=note, vet=person(request), action=action, address=address_of(request), detail=detail
    )
    return note


def _do(request: HttpRequest, note: SoapNote, verb: str) -> None:
    vet, address = person(request), address_of(request)
    if verb == "approve":
        read = _version(request)
        reviewing.approve(note=note, vet=vet, read_version=read, address=address)
    elif verb == "take":
        assigning.take(note=note, vet=vet, address=address)
    elif verb == "release":
        assigning.release(note=note, vet=vet, address=address)
    else:
        _do_to_section(request, note, verb, vet)


def _do_to_section(request: HttpRequest, note: SoapNote, verb: str, vet: User) -> None:
    section = Section.objects.filter(note=note, kind=request.POST.get("kind", "")).first()
    if section is None:
        raise Http404
    section.note = note
    text, address = request.POST.get("text", ""), address_of(request)
    if verb == "amend":
        reason = request.POST.get("reason", "")
        reviewing.amend(section=section, text=text, reason=reason, vet=vet, address=address)
        return
    read: dict[str, Any] = {"section": section, "vet": vet, "read_version": _version(request)}
    if verb == "edit":
        reviewing.edit(text=text, address=address, **read)
    else:
        SECTION_ACTS[verb](**read)


SECTION_ACTS: dict[str, Callable[..., object]] = {
    "accept": reviewing.accept,
    "restore": reviewing.restore,
    "rewrite": reviewing.ask_rewrite,
}


def _version(request: HttpRequest) -> int:
    """The version that the page showed; a page without one has read nothing."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _note(request: HttpRequest, pk: str, *, was_open: bool = False) -> SoapNote:
    """The note, if this vet may see it. `was_open`: acts tell a vet who had it open, and who may
    no longer see it, who has it now."""
    vet = person(request)
    if not vet.has_perm("soap.review_soapnote"):
        raise PermissionDenied
    rows = SoapNote.objects.select_related("pet", "assigned_to", "approved_by", "consultation")
    try:
        found = rows.filter(pk=pk).first()
    except ValidationError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    if not was_open and not SoapNote.objects.reviewable_by(vet).filter(pk=found.pk).exists():
        raise Http404
    return found


def _page(
    request: HttpRequest,
    note: SoapNote,
    unsaved: Mapping[str, str] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    said = showing.conversation_of(note)
    parts = showing.parts_of(note, said, unsaved)
    markdown = as_markdown(
        keywords_of(note),
        section_texts(note),
        is_default=note.is_default,
        approved_by=note.approved_by.called if note.approved_by else "",
    )
    context = {
        **_around(request, note, _("%(name)s 노트 검토") % {"name": note.pet.name}),
        "said": said,
        "parts": parts,
        "facts": showing.facts_of(note.pet),
        "keywords": keywords_of(note),
        "markdown": markdown,
        "is_mine": note.assigned_to_id == person(request).pk,
        "is_rewriting": any(part.is_rewriting for part in parts),
        "reason": request.POST.get("reason", ""),
    }
    return TemplateResponse(request, "admin/soap/review.html", context, status=status)


def _around(request: HttpRequest, note: SoapNote, title: str) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": title,
        "note": note,
        "urgency": urgency_tag(note.urgency),
    }


def _again(request: HttpRequest, note: SoapNote, verb: str, status: int) -> HttpResponse:
    """The page as it stands now, and beside it what could not be saved."""
    visible = SoapNote.objects.reviewable_by(person(request)).filter(pk=note.pk)
    if not visible.exists():
        return redirect(QUEUE)
    unsaved = {}
    if verb in ("edit", "amend"):
        written = "\n".join(request.POST.get("text", "").splitlines())
        unsaved = {request.POST.get("kind", ""): written}
    return _page(request, _note(request, str(note.pk)), unsaved, status)


def _next(request: HttpRequest) -> HttpResponse:
    """The next note that waits for this vet."""
    vet = person(request)
    following = SoapNote.objects.reviewable_by(vet).waiting().first()
    if following is None:
        messages.info(request, _("기다리는 노트가 더 없어요. 수고하셨어요!"))
        return redirect(QUEUE)
    return redirect(PAGE, following.pk)
