"""Jobs with the timeline of their runs, triage results, and the library, in the portal."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from drmaum.lib.portal import ReadOnlyAdmin
from inference import services
from inference.models import Article, InferenceJob, ModelCall, Run, TriageResult


class RunInline(TabularInline):
    model = Run
    fields = ["started_at", "outcome", "milliseconds", "timeline"]
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("단계"))
    def timeline(self, run: Run) -> SafeString:
        """The steps in order: name, outcome, milliseconds, what went wrong."""
        rows = (
            (step["name"], step["outcome"], _duration(step), _detail(step)) for step in run.steps
        )
        lines = format_html_join("", "<li><b>{}</b> {} {} {}</li>", rows)
        return format_html('<ol class="list-decimal pl-5">{}</ol>', lines)


@admin.register(InferenceJob)
class InferenceJobAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "status", "attempts", "losses", "finished_at", "error"]
    list_filter = ["status"]
    fields = ["message", "status", "attempts", "losses", "created_at", "finished_at", "error"]
    inlines = [RunInline]
    actions = ["requeue"]

    @admin.action(description=_("다시 대기열에 넣기"))
    def requeue(self, request: HttpRequest, queryset: QuerySet[InferenceJob]) -> None:
        for job in queryset.filter(status=InferenceJob.Status.DEAD).select_related("message"):
            services.answer_again(message=job.message)
        messages.success(request, _("실패한 작업을 다시 대기열에 넣었어요."))


@admin.register(TriageResult)
class TriageResultAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "urgency", "is_question", "is_third_party", "message"]
    list_filter = ["urgency"]


@admin.register(Article)
class ArticleAdmin(ReadOnlyAdmin):
    list_display = ["title", "category", "urgency", "status", "checked_at", "expires_at"]
    list_filter = ["status", "urgency", "category"]
    search_fields = ["title", "slug"]


@admin.register(ModelCall)
class ModelCallAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "provider", "model", "outcome", "input_tokens", "output_tokens"]
    list_filter = ["provider", "outcome"]


def _duration(step: dict[str, Any]) -> str:
    return f"· {step['ms']} ms" if "ms" in step else ""


def _detail(step: dict[str, Any]) -> str:
    return str(step.get("error") or step.get("detail") or "")
