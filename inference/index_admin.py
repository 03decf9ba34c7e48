"""Indexing in the portal: the runs and how far they are, and the spaces of vectors."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from drmaum.lib.portal import ReadOnlyAdmin, tag
from inference import indexing, search_pages
from inference.knowledge.embedders import registry
from inference.models import EmbeddingSpace, IndexRun
from profiles.auth import person

ADD = "inference.add_indexrun"
CHANGELIST = "admin:inference_indexrun_changelist"
COLOURS: dict[str, str] = {
    IndexRun.Status.RUNNING: "info",
    IndexRun.Status.DONE: "success",
    IndexRun.Status.FAILED: "danger",
    IndexRun.Status.INTERRUPTED: "warning",
}
FATES = {
    "new": _("새로움"),
    "changed": _("바뀜"),
    "removed": _("삭제"),
    "unchanged": _("그대로"),
}
# What a button asks for.
ASKED: dict[str, dict[str, bool]] = {
    "changed": {},
    "full": {"is_full": True},
    "failed": {"only_failed": True},
}


@admin.register(IndexRun)
class IndexRunAdmin(ReadOnlyAdmin):
    class Media:
        css = {"all": ["inference/portal.css"]}
        js = ["inference/refresh.js"]

    list_display = ["started_at", "state", "model", "is_full", "reached", "failures", "finished_at"]
    list_filter = ["status", "model"]
    list_select_related = ["asked_by"]
    list_before_template = "admin/index_before.html"
    fields = [
        "progress", "model", "is_full", "found", "asked_by", "started_at", "progressed_at",
        "finished_at", "reasons",
    ]  # fmt: skip
    readonly_fields = ["progress", "found", "reasons"]

    def get_urls(self) -> list[URLPattern]:
        ask = path("ask/", self.admin_site.admin_view(self.ask), name="inference_indexrun_ask")
        return [ask, *search_pages.urls(self.admin_site), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        # Called by the template, so only for those who may see the list.
        more = {
            "may_ask": request.user.has_perm(ADD),
            "models": registry.known,
            "live_model": indexing.live_model,
            "last_failures": indexing.failures,
            "progress": lambda: _progress(IndexRun.objects.newest()),
        }
        return super().changelist_view(request, {**(extra_context or {}), **more})

    def ask(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        wanted = ASKED.get(request.POST.get("what", ""), {})
        model = request.POST.get("model", "")
        try:
            indexing.ask_for_run(by=person(request), model=model, **wanted)
        except indexing.NotAnIndexer as refusal:
            raise PermissionDenied(refusal.message) from refusal
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("색인을 맡겼어요. 끝날 때까지 지금 색인으로 답해요."))
        return redirect(CHANGELIST)

    @admin.display(description=_("상태"), ordering="status")
    def state(self, run: IndexRun) -> SafeString:
        return _state(run)

    @admin.display(description=_("진행"))
    def reached(self, run: IndexRun) -> str:
        return f"{run.done} / {run.total}"

    @admin.display(description=_("실패"))
    def failures(self, run: IndexRun) -> int:
        return len(run.failed)

    @admin.display(description=_("진행"))
    def progress(self, run: IndexRun) -> str:
        return _progress(run)

    @admin.display(description=_("찾은 차이"))
    def found(self, run: IndexRun) -> str:
        known = [f"{name} {run.counts[fate]}" for fate, name in FATES.items() if fate in run.counts]
        return ", ".join(known) or "-"

    @admin.display(description=_("실패한 문서와 까닭"))
    def reasons(self, run: IndexRun) -> SafeString:
        return render_to_string("admin/index_failures.html", {"failed": run.failed})


@admin.register(EmbeddingSpace)
class EmbeddingSpaceAdmin(ReadOnlyAdmin):
    list_display = [
        "model", "is_live", "dimensions", "vectors", "floor", "ceiling", "made_at", "live_at",
        "retired_at",
    ]  # fmt: skip
    ordering = ["-is_live", "-made_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[EmbeddingSpace]:
        rows: QuerySet[EmbeddingSpace] = super().get_queryset(request)
        return rows.annotate(held=Count("passagevector"))

    @admin.display(description=_("벡터"), ordering="held")
    def vectors(self, space: Any) -> int:
        held: int = space.held
        return held


def _state(run: IndexRun) -> SafeString:
    return tag(run.get_status_display(), COLOURS.get(run.status, ""))


def _progress(run: IndexRun | None) -> str:
    """The bar of a run; it refreshes itself while the run waits or goes on."""
    if run is None:
        return ""
    is_on = run.status in (IndexRun.Status.WAITING, IndexRun.Status.RUNNING)
    shown = {"run": run, "is_on": is_on, "state": _state(run), "failures": len(run.failed)}
    return render_to_string("admin/index_progress.html", shown)
