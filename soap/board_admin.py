"""The board of figures, and the evaluation cases that vets' corrections became."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from chat.portal import urgency_tag
from drmaum.lib.errors import Refusal
from drmaum.lib.portal import ReadOnlyAdmin, address_of, back
from inference.portal import lines
from profiles.auth import person
from profiles.models import Species
from soap import board, charts, edits, learning
from soap.evaluation.corrected import MUST
from soap.models import NoteCase, SoapNote

REVIEW, VIEW = "soap.review_soapnote", "soap.view_soapnote"
CASES = "admin:soap_notecase_changelist"
STEPS = {
    "opening": gettext_lazy("요청부터 열람까지"),
    "reading": gettext_lazy("열람부터 승인까지"),
    "whole": gettext_lazy("요청부터 승인까지"),
}
USUAL = 30


@admin.register(NoteCase)
class NoteCaseAdmin(ReadOnlyAdmin):
    class Media:
        css = {"all": ["inference/portal.css"]}

    list_display = ["__str__", "animal", "said", "must", "must_not", "created_by"]
    list_select_related = ["created_by"]
    list_before_template = "admin/soap_board_cases.html"
    show_full_result_count = False
    fields = ["created_at", "created_by", "animal", "talk", "must", "must_not"]
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.has_perm(REVIEW)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A case that turned out wrong can be taken out."""
        return request.user.has_perm("soap.delete_notecase")

    def get_urls(self) -> list[URLPattern]:
        at = self.admin_site.admin_view
        return [
            path("board/", at(figures), name="soap_board"),
            path("make/<uuid:pk>/", at(make), name="soap_note_case"),
            path("export/", at(self.export), name="soap_notecase_export"),
            *super().get_urls(),
        ]

    def export(self, request: HttpRequest) -> StreamingHttpResponse:
        """All cases, as the evaluation reads them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = StreamingHttpResponse(learning.export(), content_type="application/jsonl")
        name = f"note-cases-{timezone.localdate():%Y%m%d}.jsonl"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response

    @admin.display(description=gettext_lazy("동물"))
    def animal(self, case: NoteCase) -> str:
        profile = case.dialogue["pet_profile"]
        species = dict(Species.choices).get(profile["species"], profile["species"])
        facts = [str(species), profile["breed"], profile["age"]]
        return " · ".join(filter(None, facts))

    @admin.display(description=gettext_lazy("말"))
    def said(self, case: NoteCase) -> int:
        return len(case.dialogue["turns"])

    @admin.display(description=gettext_lazy("대화"))
    def talk(self, case: NoteCase) -> SafeString:
        names = {"owner": _("보호자"), "assistant": _("AI")}
        return lines(f"{names[one['role']]}: {one['text']}" for one in case.dialogue["turns"])

    @admin.display(description=gettext_lazy("있어야 할 사실"))
    def must(self, case: NoteCase) -> SafeString:
        told = case.facts["must"]
        return lines(f"{section}: {_read(fact)}" for section in MUST for fact in told[section])

    @admin.display(description=gettext_lazy("없어야 할 문장"))
    def must_not(self, case: NoteCase) -> SafeString:
        return lines(case.facts["must_not"])


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """The board of the last days."""
    if not (request.user.has_perm(VIEW) or request.user.has_perm(REVIEW)):
        raise PermissionDenied
    days = _days(request)
    shown = board.days_until_today(days)
    drawn = [
        charts.acceptance(edits.of_last(days)),
        charts.triage(board.triage_mix(days), shown),
        charts.latencies(board.latencies(days), shown),
        charts.ratings(board.ratings(days), shown),
        charts.costs(board.costs(days), shown),
    ]
    context = {
        **admin.site.each_context(request),
        "title": _("노트 현황"),
        "days": days,
        "choices": board.DAYS,
        "waiting": _waiting(),
        "times": _times(days),
        "charts": drawn,
        "may_review": request.user.has_perm(REVIEW),
    }
    return TemplateResponse(request, "admin/soap_board.html", context)


@require_POST
def make(request: HttpRequest, pk: UUID) -> HttpResponseRedirect:
    """A note that a vet has corrected becomes a case."""
    if not request.user.has_perm(REVIEW):
        raise PermissionDenied
    note = get_object_or_404(SoapNote, pk=pk)
    try:
        case = learning.make_case(note=note, vet=person(request), address=address_of(request))
    except PermissionDenied as error:
        raise Http404 from error
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        told = _("평가 사례 %(case)s로 남겼어요. 이름과 연락처는 가렸어요.")
        messages.success(request, told % {"case": case})
    return back(request, reverse(CASES))


def _days(request: HttpRequest) -> int:
    given = request.GET.get("days", "")
    return next((days for days in board.DAYS if str(days) == given), USUAL)


def _waiting() -> list[dict[str, Any]]:
    """The lines of what waits, each with how long the oldest has waited."""
    now = timezone.now()
    return [
        {
            "urgency": one.urgency,
            "tag": urgency_tag(one.urgency),
            "notes": one.notes,
            "oldest": charts.spoken(now - one.oldest if one.oldest else None),
        }
        for one in board.waiting()
    ]


def _times(days: int) -> list[dict[str, Any]]:
    """The steps of a review in words; none before the first approval."""
    return [
        {
            "name": STEPS[one.name],
            "notes": one.notes,
            "median": charts.spoken(one.median),
            "p90": charts.spoken(one.p90),
        }
        for one in board.review_times(days)
        if one.notes
    ]


def _read(fact: Any) -> str:
    """A fact of a case, as people read it."""
    return str(fact).replace("+", " … ")
