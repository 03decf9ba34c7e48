"""Recordings on their way to text, as staff see them: never a word of what was said."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from drmaum.lib.portal import ReadOnlyAdmin
from transcription import confirming
from transcription.models import Transcription


@admin.register(Transcription)
class TranscriptionAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "status", "engine", "seconds", "progress", "attempts", "error"]
    list_filter = ["status", "engine"]
    list_select_related = ["upload"]
    fields = [
        "consultation", "status", "engine", "seconds", "progress", "attempts", "round",
        "urgency", "is_embedded", "error", "timeline", "created_at", "deadline_at", "finished_at",
        "confirmed_at",
    ]  # fmt: skip
    actions = ["requeue"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transcription]:
        rows: QuerySet[Transcription] = super().get_queryset(request)
        return rows.defer("text", "heard", "segments", "pieces")

    @admin.display(description=_("길이(초)"))
    def seconds(self, row: Transcription) -> str:
        return str(row.upload.facts.get("seconds", ""))

    @admin.display(description=_("단계"))
    def timeline(self, row: Transcription) -> SafeString:
        lines = (
            (step["name"], step.get("outcome", ""), step.get("detail", ""), step.get("times", 1),
             step.get("ms", ""), step.get("error", ""))
            for step in row.steps
        )  # fmt: skip
        rows = format_html_join("", "<li>{} {} {} ×{} {} ms {}</li>", lines)
        return format_html("<ol>{}</ol>", rows)

    @admin.action(description=_("실패한 것을 다시 글로 바꾸기"), permissions=["view"])
    def requeue(self, request: HttpRequest, chosen: QuerySet[Transcription]) -> None:
        done = 0
        for row in chosen.filter(status=Transcription.Status.DEAD):
            try:
                confirming.retry(transcription=row)
                done += 1
            except Refusal as refusal:
                messages.warning(request, str(refusal.message))
        messages.info(request, _("%(count)d건을 다시 줄에 세웠어요.") % {"count": done})
