"""What the library lacks, in the portal: questions of a week by meaning, and one click to write."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from drmaum.lib.portal import ReadOnlyAdmin, back, tag
from inference import gap_work, portal
from inference.knowledge import gap_rows
from inference.knowledge.gaps import DISLIKED, UNANSWERED, WEAK
from inference.models import KnowledgeGap
from profiles.auth import person
from profiles.models import Species

START, CLOSE, REOPEN = "start", "close", "reopen"
STEPS: dict[str, Callable[..., KnowledgeGap]] = {
    START: gap_work.start,
    CLOSE: gap_work.close,
    REOPEN: gap_work.reopen,
}
SAID = {
    CLOSE: _("“%(title)s” 공백을 닫았어요."),
    REOPEN: _("“%(title)s” 공백을 다시 열었어요."),
}
REASONS = {
    UNANSWERED: (_("근거 없음"), "danger"),
    WEAK: (_("근거 약함"), "warning"),
    DISLIKED: (_("도움 안 됨"), "info"),
}
COLOURS: dict[str, str] = {
    KnowledgeGap.Status.OPEN: "warning",
    KnowledgeGap.Status.STARTED: "info",
}
CHANGELIST = "admin:inference_knowledgegap_changelist"
SHOWN = 3


@admin.register(KnowledgeGap)
class KnowledgeGapAdmin(ReadOnlyAdmin):
    class Media:
        css = {"all": ["inference/portal.css"]}

    list_display = [
        "title", "size", "why", "words", "kinds", "week", "state", "step_by",
    ]  # fmt: skip
    list_filter = ["status", "week"]
    list_select_related = ["article"]
    list_per_page = 50
    ordering = ["-week", "-size", "title"]
    fields = ["step_by", "title", "week", "size", "why", "kinds", "state", "said"]
    readonly_fields = ["step_by", "why", "kinds", "state", "said"]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return self._permitted(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self._permitted(request, self.fields)

    def _permitted(self, request: HttpRequest, names: list[str]) -> list[str]:
        """No buttons for those who may only read."""
        may_work = request.user.has_perm("inference.change_knowledgegap")
        return [name for name in names if may_work or name != "step_by"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        gap_rows.forget_erased()  # nothing erased is shown, however young
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        gap_rows.forget_erased()
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[URLPattern]:
        step = path(
            "<int:pk>/step/<slug:name>/",
            self.admin_site.admin_view(self.step),
            name="inference_knowledgegap_step",
        )
        return [step, *super().get_urls()]

    def step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if name not in STEPS:
            raise Http404
        gap = get_object_or_404(KnowledgeGap, pk=pk)
        try:
            gap = STEPS[name](gap=gap, by=person(request))
        except gap_work.NotAnEditor as refusal:
            raise PermissionDenied(refusal.message) from refusal
        if name == START:
            return redirect(_form(gap))
        messages.success(request, SAID[name] % {"title": gap.title})
        return back(request, reverse(CHANGELIST))

    @admin.display(description=_("까닭"))
    def why(self, gap: KnowledgeGap) -> str:
        counts = {UNANSWERED: gap.unanswered, WEAK: gap.weak, DISLIKED: gap.disliked}
        return ", ".join(f"{REASONS[name][0]} {count}" for name, count in counts.items() if count)

    @admin.display(description=_("질문"))
    def words(self, gap: KnowledgeGap) -> SafeString:
        others = [one["text"] for one in gap.questions if one["text"] != gap.title]
        shown = {"texts": others[:SHOWN], "more": max(len(others) - SHOWN, 0)}
        return render_to_string("admin/gap_words.html", shown)

    @admin.display(description=_("동물"))
    def kinds(self, gap: KnowledgeGap) -> str:
        names = dict(Species.choices)
        return ", ".join(str(names.get(one, one)) for one in gap.species)

    @admin.display(description=_("상태"), ordering="status")
    def state(self, gap: KnowledgeGap) -> SafeString:
        shown = tag(gap.get_status_display(), COLOURS.get(gap.status, ""))
        if gap.article is None:
            return shown
        address = reverse("admin:inference_article_change", args=[gap.article.pk])
        return format_html('{} <a href="{}" class="text-link">{}</a>', shown, address, gap.article)

    @admin.display(description=_("질문들"))
    def said(self, gap: KnowledgeGap) -> SafeString:
        names = dict(Species.choices)
        asked = [
            {
                "text": one["text"],
                "species": names.get(one["species"], one["species"]),
                "tags": [tag(*REASONS[reason]) for reason in one["reasons"]],
            }
            for one in gap.questions
        ]
        return render_to_string("admin/gap_questions.html", {"asked": asked})

    @admin.display(description=_("다음 일"))
    def step_by(self, gap: KnowledgeGap) -> SafeString:
        begin = portal.Button(_address(gap, START), _("문서 쓰기 시작"))
        close = portal.Button(_address(gap, CLOSE), _("공백 닫기"))
        reopen = portal.Button(_address(gap, REOPEN), _("다시 열기"))
        if gap.status == KnowledgeGap.Status.CLOSED:
            return portal.buttons([reopen])
        if gap.article is not None:
            return portal.buttons([close, reopen])
        if gap.status == KnowledgeGap.Status.STARTED:
            begin = portal.Button(begin.address, _("이어서 쓰기"))
        return portal.buttons([begin, close])


def _form(gap: KnowledgeGap) -> str:
    """The form of a new article, filled with what was asked."""
    return f"{reverse('admin:inference_article_add')}?{urlencode(gap_work.first_values(gap))}"


def _address(gap: KnowledgeGap, name: str) -> str:
    return reverse("admin:inference_knowledgegap_step", args=[gap.pk, name])
