"""The vets' queue of dangers: what triage said, newest day first and gravest first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Greatest, TruncDate
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from chat.models import RANK, Urgency
from chat.portal import urgency_tag
from drmaum.lib.errors import Refusal
from drmaum.lib.portal import ReadOnlyAdmin, back
from inference import portal, reviews
from inference.models import TriageResult, TriageReview
from inference.triage.types import DANGERS
from profiles.auth import person

DOUBTS = {"missed": _("응급을 놓쳤어요"), "wrong": _("긴급도가 틀렸어요")}
MEANINGS = {"is_question": _("가정해서 물음"), "is_third_party": _("남의 동물")}
CHANGELIST = "admin:inference_triageresult_changelist"


class DangerFilter(admin.SimpleListFilter):
    """Dangers only, unless something else is asked for."""

    title = _("긴급도")
    parameter_name = "danger"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return [*Urgency.choices, ("all", _("모두"))]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        dangers, *others = super().choices(changelist)
        yield {**dangers, "display": _("응급과 당일 진료")}
        yield from others

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[TriageResult]
    ) -> QuerySet[TriageResult]:
        wanted = self.value()
        if wanted == "all":
            return queryset
        if wanted is None:
            return queryset.filter(Q(urgency__in=DANGERS) | Q(raised_to__in=DANGERS))
        return queryset.filter(_gravity(RANK.get(wanted, -1)))


class MeantFilter(admin.SimpleListFilter):
    """A "what if" and another person's animal are guided, but are no event here."""

    title = _("말뜻")
    parameter_name = "meant"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return [("event", _("이 동물의 일")), *MEANINGS.items()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[TriageResult]
    ) -> QuerySet[TriageResult]:
        wanted = self.value()
        if wanted == "event":
            return queryset.filter(is_question=False, is_third_party=False)
        return queryset.filter(**{wanted: True}) if wanted in MEANINGS else queryset


@admin.register(TriageResult)
class TriageResultAdmin(ReadOnlyAdmin):
    class Media:
        css = {"all": ["inference/portal.css"]}

    list_display = [
        "said_at", "urgency_of_it", "animal", "words", "categories", "fired", "raised",
        "meant", "consultation", "flag_by",
    ]  # fmt: skip
    list_display_links = ["said_at", "words"]
    list_filter = [DangerFilter, MeantFilter]
    list_select_related = ["message__consultation__pet", "message__triage_review"]
    list_per_page = 50
    date_hierarchy = "created_at"
    show_full_result_count = False
    fields = [
        "flag_by", "said_at", "urgency_of_it", "raised", "animal", "words", "meant",
        "consultation", "found", "version", "talk",
    ]  # fmt: skip
    readonly_fields = fields

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        graver = Greatest(_rank("urgency"), _rank("raised_to"))
        return [TruncDate("created_at").desc(), graver.desc(), "-created_at"]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return self._permitted(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self._permitted(request, self.fields)

    def _permitted(self, request: HttpRequest, names: list[str]) -> list[str]:
        """No buttons for those who may only read."""
        may_flag = request.user.has_perm("inference.add_triagereview")
        return [name for name in names if may_flag or name != "flag_by"]

    def get_urls(self) -> list[URLPattern]:
        flag = path(
            "<int:pk>/flag/<slug:doubt>/",
            self.admin_site.admin_view(self.flag),
            name="inference_triageresult_flag",
        )
        return [flag, *super().get_urls()]

    def flag(self, request: HttpRequest, pk: int, doubt: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if doubt not in DOUBTS:
            raise Http404
        result = get_object_or_404(TriageResult, pk=pk)
        try:
            review = reviews.flag(
                message=result.message,
                source=TriageReview.Source.VET,
                comment=str(DOUBTS[doubt]),
                by=person(request),
            )
        except reviews.NotAReviewer as refusal:
            raise PermissionDenied(refusal.message) from refusal
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            said = _("“%(message)s” 메시지를 검토 목록에 올렸어요: %(doubt)s")
            messages.success(request, said % {"message": str(review), "doubt": DOUBTS[doubt]})
        return back(request, reverse(CHANGELIST))

    @admin.display(description=_("때"), ordering="created_at")
    def said_at(self, result: TriageResult) -> datetime:
        return result.created_at

    @admin.display(description=_("긴급도"), ordering="urgency")
    def urgency_of_it(self, result: TriageResult) -> SafeString:
        return urgency_tag(result.graver)

    @admin.display(description=_("동물"))
    def animal(self, result: TriageResult) -> str:
        return portal.animal(result.message)

    @admin.display(description=_("메시지"))
    def words(self, result: TriageResult) -> str:
        return portal.excerpt(result.message)

    @admin.display(description=_("갈래"))
    def categories(self, result: TriageResult) -> str:
        return ", ".join(dict.fromkeys(one["category"] for one in result.findings))

    @admin.display(description=_("걸린 말"))
    def fired(self, result: TriageResult) -> str:
        return ", ".join(dict.fromkeys(f"“{one['words']}”" for one in result.findings))

    @admin.display(description=_("AI가 올림"))
    def raised(self, result: TriageResult) -> str:
        return urgency_tag(result.raised_to) if result.raised_to else "-"

    @admin.display(description=_("말뜻"))
    def meant(self, result: TriageResult) -> str:
        notes = [str(note) for name, note in MEANINGS.items() if getattr(result, name)]
        return ", ".join(notes) or "-"

    @admin.display(description=_("상담"))
    def consultation(self, result: TriageResult) -> Any:
        return _("진행 중") if result.message.consultation.is_open else _("끝남")

    @admin.display(description=_("걸린 말"))
    def found(self, result: TriageResult) -> SafeString:
        return portal.findings(result.findings)

    @admin.display(description=_("규칙 판"))
    def version(self, result: TriageResult) -> str:
        return result.rules_version

    @admin.display(description=_("대화 전체"))
    def talk(self, result: TriageResult) -> SafeString:
        return portal.conversation(result.message)

    @admin.display(description=_("표시하기"))
    def flag_by(self, result: TriageResult) -> SafeString:
        """One click puts the message on the review board; what is there already leads there."""
        review = getattr(result.message, "triage_review", None)
        if review is not None:
            address = reverse("admin:inference_triagereview_change", args=[review.pk])
            return format_html(
                '<a href="{}" class="text-link">{}</a>', address, _("검토 목록에 있어요")
            )
        doubts = [one for one in DOUBTS if one != "missed" or result.graver != Urgency.EMERGENCY]
        return portal.buttons(portal.Button(_address(result, one), DOUBTS[one]) for one in doubts)


def _address(result: TriageResult, doubt: str) -> str:
    return reverse("admin:inference_triageresult_flag", args=[result.pk, doubt])


def _rank(field: str) -> Case:
    whens = (When(**{field: urgency}, then=Value(rank)) for urgency, rank in RANK.items())
    return Case(*whens, default=Value(-1), output_field=IntegerField())


def _gravity(rank: int) -> Q:
    """The graver of what the rules said and what an answer raised it to is of this rank."""
    this = [urgency for urgency, one in RANK.items() if one == rank]
    graver = [urgency for urgency, one in RANK.items() if one > rank]
    holds = Q(urgency__in=this) | Q(raised_to__in=this)
    return holds & ~Q(urgency__in=graver) & ~Q(raised_to__in=graver)
