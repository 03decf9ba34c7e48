"""The queue of notes in the portal: the most dangerous first, then the longest waiting."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from chat.portal import urgency_tag
from drmaum.lib.errors import Refusal
from drmaum.lib.portal import ReadOnlyAdmin, address_of, tag
from profiles.auth import person
from profiles.models import User
from soap import assigning, note_filters, review_pages
from soap.models import AccessLog, SoapNote

STATES = {
    SoapNote.Status.DRAFT: "info",
    SoapNote.Status.IN_REVIEW: "warning",
    SoapNote.Status.APPROVED: "success",
}
REVIEW, ASSIGN = "soap.review_soapnote", "soap.assign_soapnote"
# How long a note of this urgency may wait before its time is shown in red.
PATIENCE = {"emergency": timedelta(minutes=15), "urgent": timedelta(hours=2)}
LONGEST_PATIENCE = timedelta(days=1)


@admin.register(SoapNote)
class SoapNoteAdmin(ReadOnlyAdmin):
    class Media:
        css = {"all": ["soap/portal.css"]}
        js = ["soap/queue.js"]

    list_display = ["urgent", "about", "animal", "waited", "state", "holder"]
    list_display_links = ["about"]
    list_filter = [
        note_filters.StateFilter, "urgency", note_filters.HolderFilter, "pet__species",
        note_filters.MadeByFilter,
    ]  # fmt: skip
    list_select_related = ["pet", "assigned_to"]
    list_per_page = 50
    list_before_template = "admin/soap/queue_before.html"
    show_full_result_count = False
    search_fields = ["pet__name"]
    search_help_text = _("반려동물 이름으로 찾아요.")
    actions = ["take_selected", "release_selected", "assign_selected"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.has_perm(REVIEW)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_hand_out_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(ASSIGN)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SoapNote]:
        return SoapNote.objects.listed_for(person(request))

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return list(SoapNote.objects.waiting().query.order_by)

    def get_urls(self) -> list[URLPattern]:
        return [*review_pages.urls(self.admin_site), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return review_pages.review(request, object_id)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return review_pages.history(request, object_id)

    @admin.display(description=_("긴급도"))
    def urgent(self, note: SoapNote) -> SafeString:
        return urgency_tag(note.urgency)

    @admin.display(description=_("주증상"))
    def about(self, note: SoapNote) -> str:
        return Truncator(note.keywords.get("주증상") or gettext("증상이 적히지 않음")).chars(60)

    @admin.display(description=_("동물"))
    def animal(self, note: SoapNote) -> str:
        return f"{note.pet.name} · {note.pet.get_species_display()}"

    @admin.display(description=_("기다린 시간"), ordering="offered_at")
    def waited(self, note: SoapNote) -> Any:
        if note.approved_at is not None:
            return timezone.localtime(note.approved_at).strftime("%Y-%m-%d %H:%M")
        since = timezone.now() - (note.offered_at or note.created_at)
        is_long = since > PATIENCE.get(note.urgency, LONGEST_PATIENCE)
        return tag(_spoken(since), "danger") if is_long else _spoken(since)

    @admin.display(description=_("상태"))
    def state(self, note: SoapNote) -> SafeString:
        return tag(note.get_status_display(), STATES[SoapNote.Status(note.status)])

    @admin.display(description=_("담당"))
    def holder(self, note: SoapNote) -> str:
        return note.assigned_to.called if note.assigned_to else "-"

    @admin.action(description=_("내가 맡기"), permissions=["view"])
    def take_selected(self, request: HttpRequest, queryset: QuerySet[SoapNote]) -> None:
        vet, address = person(request), address_of(request)
        self._each(
            request, queryset, lambda note: assigning.take(note=note, vet=vet, address=address)
        )

    @admin.action(description=_("공동 대기열로 돌려놓기"), permissions=["view"])
    def release_selected(self, request: HttpRequest, queryset: QuerySet[SoapNote]) -> None:
        vet, address = person(request), address_of(request)
        self._each(
            request, queryset, lambda note: assigning.release(note=note, vet=vet, address=address)
        )

    @admin.action(description=_("수의사에게 배정…"), permissions=["hand_out"])
    def assign_selected(
        self, request: HttpRequest, queryset: QuerySet[SoapNote]
    ) -> HttpResponse | None:
        vets = [vet for vet in _vets() if vet.has_perm(REVIEW)]
        chosen = next((vet for vet in vets if str(vet.pk) == request.POST.get("vet")), None)
        if chosen is None:
            context = {
                **self.admin_site.each_context(request),
                "title": _("수의사에게 배정"),
                "notes": queryset,
                "vets": vets,
            }
            return TemplateResponse(request, "admin/soap/assign.html", context)
        by, address = person(request), address_of(request)
        self._each(
            request,
            queryset,
            lambda note: assigning.assign(note=note, to=chosen, by=by, address=address),
        )
        return None

    def _each(
        self,
        request: HttpRequest,
        notes: QuerySet[SoapNote],
        act: Callable[[SoapNote], object],
    ) -> None:
        """One act a note; what is refused is told, the others go on."""
        done = 0
        refused: dict[str, int] = {}
        for note in notes:
            try:
                act(note)
                done += 1
            except Refusal as refusal:
                refused[str(refusal.message)] = refused.get(str(refusal.message), 0) + 1
            except PermissionDenied:
                told = gettext("다른 수의사가 맡은 노트예요.")
                refused[told] = refused.get(told, 0) + 1
        if done:
            told = ngettext(
                "노트 %(count)d건을 처리했어요.", "노트 %(count)d건을 처리했어요.", done
            )
            messages.success(request, told % {"count": done})
        for reason, count in refused.items():
            messages.warning(
                request,
                gettext("%(count)d건은 그대로예요: %(reason)s")
                % {"count": count, "reason": reason},
            )


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    """Who opened which record. Read here, and changed nowhere."""

    list_display = ["at", "actor_email", "action", "note_id", "owner_id", "address", "detail"]
    list_filter = ["action", "at"]
    search_fields = ["actor_email", "=note_id", "=owner_id"]
    search_help_text = _("수의사 계정, 노트 번호, 보호자 번호로 찾아요.")
    show_full_result_count = False


def _vets() -> QuerySet[User]:
    staff = [User.Role.VET, User.Role.STAFF]
    return User.objects.filter(role__in=staff, is_active=True).order_by("name", "email")


def _spoken(waited: timedelta) -> str:
    minutes = int(waited.total_seconds() // 60)
    if minutes < 1:
        return gettext("방금")
    if minutes < 60:
        return gettext("%(count)s분") % {"count": minutes}
    if minutes < 60 * 24:
        return gettext("%(hours)s시간 %(minutes)s분") % {
            "hours": minutes // 60, "minutes": minutes % 60,
        }  # fmt: skip
    return gettext("%(count)s일") % {"count": minutes // (60 * 24)}
