"""Consultations in the portal: read there, never rewritten."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from chat.models import Consultation, Feedback, Message, Rating, Upload
from drmaum.lib.portal import ReadOnlyAdmin


class MessageInline(TabularInline):
    model = Message
    fields = ["seq", "role", "status", "text", "created_at"]
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Consultation)
class ConsultationAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "pet", "urgency", "created_at", "ended_at"]
    list_filter = ["urgency", "ending"]
    search_fields = ["title", "owner__email"]
    inlines = [MessageInline]


class UnhandledFilter(admin.SimpleListFilter):
    """The queue: ratings that nobody has looked at yet."""

    title = _("확인")
    parameter_name = "handled"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("no", str(_("아직"))), ("yes", str(_("확인함")))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> QuerySet[Feedback]:
        if self.value() is None:
            return queryset
        return queryset.filter(handled_at__isnull=self.value() == "no")


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin):
    list_display = ["changed_at", "stars", "why", "comment"]
    list_filter = ["stars"]
    fields = ["consultation", "stars", "why", "comment", "created_at", "changed_at"]

    @admin.display(description=_("까닭"))
    def why(self, rating: Rating) -> str:
        return ", ".join(str(Rating.Reason(reason).label) for reason in rating.reasons)


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = ["changed_at", "is_helpful", "why", "reply", "comment", "handled_at"]
    list_filter = [UnhandledFilter, "is_helpful"]
    list_select_related = ["message"]
    fields = ["is_helpful", "why", "comment", "question", "reply", "changed_at", "handled_at"]
    actions = ["mark_handled"]

    @admin.display(description=_("까닭"))
    def why(self, rating: Feedback) -> str:
        return ", ".join(str(Feedback.Reason(reason).label) for reason in rating.reasons)

    @admin.display(description=_("답변"))
    def reply(self, rating: Feedback) -> str:
        return rating.message.text[:2000]

    @admin.display(description=_("질문"))
    def question(self, rating: Feedback) -> str:
        asked = rating.message.answers
        return asked.text if asked else ""

    @admin.action(description=_("확인함으로 표시"))
    def mark_handled(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> None:
        queryset.update(handled_at=timezone.now())
        messages.success(request, _("확인함으로 표시했어요."))


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    """States of files, never their contents or names."""

    list_display = [
        "created_at",
        "kind",
        "status",
        "refusal",
        "content_type",
        "size",
        "body_part",
        "is_kept",
        "removes_at",
    ]
    list_filter = ["kind", "status", "refusal", "is_kept"]
    fields = [*list_display, "consultation", "attempts", "confirmed_at", "checked_at"]
    search_fields = ["=id", "owner__email"]
