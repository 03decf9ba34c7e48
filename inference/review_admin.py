"""The review board in the portal: a doubted message becomes a labelled case by one click."""

from dataclasses import asdict
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Prefetch, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from chat.models import Message, Urgency
from chat.portal import urgency_tag
from drmaum.lib.errors import Refusal
from drmaum.lib.portal import ReadOnlyAdmin, back, tag
from inference import portal, regression, reviews, rulebook
from inference.hearing import assess_heard, hear, with_background
from inference.models import TriageReview
from inference.triage.types import Assessment
from profiles.auth import person
from profiles.models import User

LABELS = {
    Urgency.EMERGENCY.value: _("응급으로 기록"),
    Urgency.URGENT.value: _("당일 진료로 기록"),
    Urgency.SOON.value: _("진료 예약으로"),
    Urgency.HOME.value: _("집에서 관찰로"),
}
DISMISS, REOPEN = "dismiss", "reopen"
CHANGELIST = "admin:inference_triagereview_changelist"


@admin.register(TriageReview)
class TriageReviewAdmin(ReadOnlyAdmin):
    class Media:
        css = {"all": ["inference/portal.css"]}

    list_display = [
        "words", "decide_by", "then", "now", "animal", "comment", "source", "flagged_at", "status",
    ]  # fmt: skip
    list_filter = ["status", "source", "label"]
    list_per_page = 50
    list_before_template = "admin/regression.html"
    fields = [
        "decide_by", "words", "animal", "then", "now", "source", "comment", "flagged_at",
        "status", "label", "accepted", "decided_at", "found_then", "found_now", "conversation",
    ]  # fmt: skip
    readonly_fields = [
        "decide_by", "words", "animal", "then", "now", "accepted", "found_then", "found_now",
        "conversation",
    ]  # fmt: skip

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Open ones first, the newest of each before the others."""
        is_open = When(status=TriageReview.Status.OPEN, then=Value(0))
        return [Case(is_open, default=Value(1)).asc(), "-flagged_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TriageReview]:
        rows: QuerySet[TriageReview] = super().get_queryset(request)
        heard = with_background(Message.objects.all())
        return rows.prefetch_related(Prefetch("message", heard))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, whose rows are all judged by one reading of the rules."""
        shown: Any = super().get_changelist_instance(request)
        book = rulebook.current()
        for review in shown.result_list:
            review.book = book
        return shown

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return self._permitted(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self._permitted(request, self.fields)

    def _permitted(self, request: HttpRequest, names: list[str]) -> list[str]:
        """No buttons for those who may only read."""
        may_decide = request.user.has_perm("inference.change_triagereview")
        return [name for name in names if may_decide or name != "decide_by"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        # Called by the template, so only for those who may see the list.
        more = {"held": regression.hold_cases}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    def get_urls(self) -> list[URLPattern]:
        decide = path(
            "<int:pk>/decide/<slug:verdict>/",
            self.admin_site.admin_view(self.decide),
            name="inference_triagereview_decide",
        )
        return [decide, *super().get_urls()]

    def decide(self, request: HttpRequest, pk: int, verdict: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if verdict not in (*LABELS, DISMISS, REOPEN):
            raise Http404
        review = get_object_or_404(TriageReview, pk=pk)
        try:
            _decide(review, verdict, person(request))
        except reviews.NotAReviewer as refusal:
            raise PermissionDenied(refusal.message) from refusal
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _said(review, verdict))
        return back(request, reverse(CHANGELIST))

    @admin.display(description=_("메시지"))
    def words(self, review: TriageReview) -> str:
        return portal.excerpt(review.message)

    @admin.display(description=_("정하기"))
    def decide_by(self, review: TriageReview) -> SafeString:
        """One button for each label while it is open, one to take a decision back after."""
        if review.status != TriageReview.Status.OPEN:
            return portal.buttons([portal.Button(_address(review, REOPEN), _("다시 열기"))])
        labels = [portal.Button(_address(review, one), text, one) for one, text in LABELS.items()]
        return portal.buttons([*labels, portal.Button(_address(review, DISMISS), _("문제없음"))])

    @admin.display(description=_("그때 규칙"))
    def then(self, review: TriageReview) -> str:
        result = getattr(review.message, "triage", None)
        if result is None:
            return ""
        raised = [urgency_tag(result.raised_to, "AI: ")] if result.raised_to else []
        return _beside([urgency_tag(result.urgency), *raised])

    @admin.display(description=_("지금 규칙"))
    def now(self, review: TriageReview) -> SafeString:
        urgency = _assessed(review).urgency
        is_missed = review.status == TriageReview.Status.CASE and urgency not in review.accept
        missed = [tag(_("사례와 달라요"))] if is_missed else []
        return _beside([urgency_tag(urgency), *missed])

    @admin.display(description=_("동물"))
    def animal(self, review: TriageReview) -> str:
        return portal.animal(review.message)

    @admin.display(description=_("받아들일 긴급도"))
    def accepted(self, review: TriageReview) -> str:
        return ", ".join(str(Urgency(one).label) for one in review.accept)

    @admin.display(description=_("그때 걸린 말"))
    def found_then(self, review: TriageReview) -> SafeString:
        result = getattr(review.message, "triage", None)
        return portal.findings(result.findings if result else [])

    @admin.display(description=_("지금 걸리는 말"))
    def found_now(self, review: TriageReview) -> SafeString:
        return portal.findings(asdict(finding) for finding in _assessed(review).findings)

    @admin.display(description=_("대화 전체"))
    def conversation(self, review: TriageReview) -> SafeString:
        return portal.conversation(review.message)


def _assessed(review: TriageReview) -> Assessment:
    return assess_heard(hear(review.message), getattr(review, "book", None))


def _decide(review: TriageReview, verdict: str, by: User) -> None:
    if verdict == DISMISS:
        reviews.dismiss(review=review, by=by)
    elif verdict == REOPEN:
        reviews.reopen(review=review, by=by)
    else:
        reviews.label(review=review, urgency=verdict, by=by)


def _said(review: TriageReview, verdict: str) -> Any:
    """What happened, in a sentence with the message in it."""
    words = {"message": str(review)}
    if verdict == DISMISS:
        return _("“%(message)s” 메시지를 문제없음으로 정했어요.") % words
    if verdict == REOPEN:
        return _("“%(message)s” 메시지를 다시 열었어요.") % words
    named = {**words, "urgency": Urgency(verdict).label}
    return _("“%(message)s” 메시지를 ‘%(urgency)s’ 회귀 사례로 기록했어요.") % named


def _address(review: TriageReview, verdict: str) -> str:
    return reverse("admin:inference_triagereview_decide", args=[review.pk, verdict])


def _beside(tags: list[SafeString]) -> SafeString:
    return format_html_join(" ", "{}", ((one,) for one in tags))
