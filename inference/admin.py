"""Jobs and runs, what they cost, approved answers and the library, in the portal."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from drmaum.lib.errors import Refusal
from drmaum.lib.portal import ReadOnlyAdmin
from inference import services
from inference.models import (
    ApprovedAnswer,
    InferenceJob,
    ModelCall,
    Run,
    Spending,
)
from inference.owners_eyes import unfit_sentence
from profiles.auth import person
from profiles.models import Species


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
    fields = [
        "message", "version", "status", "attempts", "losses", "created_at", "finished_at", "error",
        "approved",
    ]  # fmt: skip
    readonly_fields = ["approved"]
    inlines = [RunInline]
    actions = ["requeue"]

    @admin.action(description=_("다시 대기열에 넣기"))
    def requeue(self, request: HttpRequest, queryset: QuerySet[InferenceJob]) -> None:
        for job in queryset.filter(status=InferenceJob.Status.DEAD).select_related("message"):
            services.answer_again(message=job.message)
        messages.success(request, _("실패한 작업을 다시 대기열에 넣었어요."))

    @admin.display(description=_("검토 답변"))
    def approved(self, job: InferenceJob) -> SafeString:
        """A way from a question that was answered badly to a reviewed answer."""
        species = job.message.consultation.pet.species
        given = urlencode({"questions": job.message.text[:300], "species": species})
        address = f"{reverse('admin:inference_approvedanswer_add')}?{given}"
        return format_html('<a href="{}">{}</a>', address, _("이 질문의 검토 답변 쓰기"))


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """Every attempt; above the list, what the last days came to."""

    list_display = ["started_at", "outcome", "responder", "milliseconds", "saved_won"]
    list_filter = ["responder", "outcome"]
    fields = ["started_at", "outcome", "responder", "milliseconds", "saved_won", "steps"]
    list_before_template = "admin/answers_by_day.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        spent = dict(Spending.objects.filter(owner=None).values_list("day", "won")[:31])
        days = [{**day, "won": spent.get(day["day"], 0)} for day in Run.objects.daily()]
        return super().changelist_view(request, {**(extra_context or {}), "days": days})


class ApprovedAnswerForm(forms.ModelForm):  # type: ignore[type-arg]
    species = forms.MultipleChoiceField(
        label=_("동물 종류"), choices=Species.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApprovedAnswer
        fields = ["questions", "must_mention", "species", "urgency", "text", "articles"]

    def clean_text(self) -> str:
        """Reviewed or not, an owner reads no dose, no prescription, no link."""
        text: str = self.cleaned_data["text"]
        sentence = unfit_sentence(text)
        if sentence is not None:
            message = _("보호자에게 보일 수 없는 문장이에요 (용량·처방·진단·링크): %(sentence)s")
            raise forms.ValidationError(message, params={"sentence": sentence})
        return text


@admin.register(ApprovedAnswer)
class ApprovedAnswerAdmin(ModelAdmin):
    form = ApprovedAnswerForm
    list_display = ["__str__", "status", "urgency", "reviewed_by", "reviewed_at", "uses"]
    list_filter = ["status", "urgency"]
    search_fields = ["questions", "text"]
    readonly_fields = ["status", "reviewed_by", "reviewed_at", "uses", "last_used_at"]
    filter_horizontal = ["articles"]
    actions = ["approve", "retire"]

    def save_model(
        self, request: HttpRequest, obj: ApprovedAnswer, form: Any, change: bool
    ) -> None:
        services.write_approved_answer(answer=obj, by=person(request))

    @admin.action(description=_("수의사로서 승인하기"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[ApprovedAnswer]) -> None:
        try:
            for answer in queryset:
                services.approve_answer(answer=answer, by=person(request))
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("승인했어요. 곧 답변으로 나가기 시작해요."))

    @admin.action(description=_("내리기"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[ApprovedAnswer]) -> None:
        for answer in queryset:
            services.retire_answer(answer=answer)
        messages.success(request, _("내렸어요. 더는 답변으로 나가지 않아요."))

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("inference.approve_answer")


@admin.register(ModelCall)
class ModelCallAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at", "purpose", "provider", "model", "outcome", "reason",
        "input_tokens", "output_tokens", "won", "milliseconds",
    ]  # fmt: skip
    list_filter = ["purpose", "provider", "outcome"]
    date_hierarchy = "created_at"


@admin.register(Spending)
class SpendingAdmin(ReadOnlyAdmin):
    list_display = ["day", "owner", "won"]
    date_hierarchy = "day"


def _duration(step: dict[str, Any]) -> str:
    return f"· {step['ms']} ms" if "ms" in step else ""


def _detail(step: dict[str, Any]) -> str:
    return str(step.get("error") or step.get("detail") or "")


from inference import (  # noqa: E402, F401  (register themselves)
    article_admin,
    clinic_admin,
    follow_up_admin,
    gap_admin,
    index_admin,
    review_admin,
    rule_admin,
    triage_admin,
)
