"""The filters of the queue. What is approved is out of it unless asked for."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from profiles.auth import person
from soap.models import SoapNote

Status = SoapNote.Status


class StateFilter(SimpleListFilter):
    title = _("상태")
    parameter_name = "state"
    ALL = "all"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Status.choices, (self.ALL, _("전체"))]

    def choices(self, changelist: Any) -> Any:
        """The theme's own "all" stands for what waits."""
        for number, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": _("승인 전")} if number == 0 else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[SoapNote]) -> QuerySet[SoapNote]:
        if self.value() == self.ALL:
            return queryset
        if self.value() in Status.values:
            return queryset.filter(status=self.value())
        return queryset.exclude(status=Status.APPROVED)


class HolderFilter(SimpleListFilter):
    title = _("담당")
    parameter_name = "holder"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        others = (
            [("others", _("다른 수의사"))] if request.user.has_perm("soap.assign_soapnote") else []
        )
        return [("me", _("나")), ("nobody", _("공동 대기열")), *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SoapNote]) -> QuerySet[SoapNote]:
        me = Q(assigned_to=person(request))
        wanted = {
            "me": me,
            "nobody": Q(assigned_to=None),
            "others": Q(assigned_to__isnull=False) & ~me,
        }
        chosen = wanted.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


class MadeByFilter(SimpleListFilter):
    title = _("작성")
    parameter_name = "made_by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("model", _("AI 초안")), ("default", _("자동 요약"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SoapNote]) -> QuerySet[SoapNote]:
        if self.value() in ("model", "default"):
            return queryset.filter(is_default=self.value() == "default")
        return queryset
