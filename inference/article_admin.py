"""The library in the portal: read, written, vouched for, taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from chat.portal import urgency_tag
from drmaum.lib.errors import Refusal
from drmaum.lib.portal import tag
from inference import article_pages, gap_work, keeping, portal
from inference.article_forms import CATEGORIES, ArticleForm
from inference.knowledge.importing.lines import condition_line, source_line
from inference.knowledge.showing import label_of
from inference.models import Article
from profiles.auth import person
from profiles.models import Species, User

COLOURS: dict[str, str] = {
    Article.Status.DRAFT: "warning",
    Article.Status.SOURCE_CHECKED: "info",
    Article.Status.VET_REVIEWED: "success",
}
A_YEAR = timedelta(days=365)
Decide = Callable[[Article, User], object]


class ExpiredFilter(admin.SimpleListFilter):
    title = _("만료")
    parameter_name = "expired"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return [("yes", _("만료됨")), ("soon", _("60일 안에 만료")), ("no", _("유효함"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> Any:
        today = timezone.localdate()
        if self.value() == "yes":
            return queryset.filter(expires_at__lte=today)
        if self.value() == "soon":
            return queryset.filter(expires_at__gt=today, expires_at__lte=today + timedelta(days=60))
        return queryset.filter(expires_at__gt=today) if self.value() == "no" else queryset


class CategoryFilter(admin.SimpleListFilter):
    title = _("분류")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return list(CATEGORIES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> Any:
        return queryset.filter(category=self.value()) if self.value() else queryset


class SpeciesFilter(admin.SimpleListFilter):
    title = _("동물 종류")
    parameter_name = "animal"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return list(Species.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> Any:
        return queryset.filter(species__contains=[self.value()]) if self.value() else queryset


@admin.register(Article)
class ArticleAdmin(ModelAdmin):
    class Media:
        css = {"all": ["inference/portal.css"]}

    form = ArticleForm
    list_display = [
        "title", "standing_of_it", "kinds", "category_name", "urgency_of_it", "origin",
        "expires_at", "is_found",
    ]  # fmt: skip
    list_filter = ["status", ExpiredFilter, "origin", CategoryFilter, "urgency", SpeciesFilter]
    list_select_related = ["reviewed_by"]
    list_per_page = 50
    list_before_template = "admin/articles_before.html"
    search_fields = ["title", "slug", "conditions", "body"]
    actions = ["check_sources", "review", "withdraw", "extend_a_year"]

    def get_fields(self, request: HttpRequest, obj: Article | None = None) -> list[str]:
        if obj is None:
            return list(ArticleForm.Meta.fields)
        if not self._may_edit(request, obj):
            shown = {"species": "kinds", "conditions": "conditions_shown", "says": "says_shown"}
            shown |= {"sources": "sources_shown", "category": "category_name", "body": "body_shown"}
            fields = [shown.get(name, name) for name in ArticleForm.Meta.fields]
        else:
            fields = list(ArticleForm.Meta.fields)
        return ["standing_of_it", "preview_of_it", *fields, "origin", "added_by", "is_found"]

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> list[str]:
        if obj is None:
            return []
        open_to_all = {"expires_at"} if self.has_change_permission(request) else set()
        is_open = set(ArticleForm.Meta.fields) if self._may_edit(request, obj) else open_to_all
        return [name for name in self.get_fields(request, obj) if name not in is_open]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Of a shipped article only the term; its text comes from its file."""
        if obj is not None and not self._may_edit(request, obj):
            kwargs["form"] = type("TermForm", (ArticleForm,), dict.fromkeys(ArticleForm.LISTED))
        return super().get_form(request, obj, change, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("upload/", view(article_pages.upload), name="inference_article_upload"),
            path(
                "<int:pk>/preview/", view(article_pages.preview), name="inference_article_preview"
            ),
            *super().get_urls(),
        ]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """What is written wrong is withdrawn, or deleted one by one."""
        found: dict[str, Any] = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_shipped = obj is not None and obj.origin == Article.Origin.SHIPPED
        is_allowed: bool = super().has_delete_permission(request, obj)
        return is_allowed and not is_shipped

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("inference.review_article")

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        try:
            if change and not self._may_edit(request, obj):
                keeping.extend(article=obj, by=person(request), expires_at=obj.expires_at)
            else:
                keeping.write_article(article=obj, by=person(request))
                # The form of a gap keeps its number in the address.
                gap_work.link_article(gap_id=request.GET.get("gap", ""), article=obj)
        except Refusal as refusal:
            raise PermissionDenied(refusal.message) from refusal

    @admin.action(description=_("출처 확인 (원문과 맞춰 봤어요)"), permissions=["change"])
    def check_sources(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        done = _("%(count)d개 문서의 출처를 확인했어요. 이제 답변에 쓰여요.")
        _for_each(
            request, queryset, lambda one, by: keeping.check_article(article=one, by=by), done
        )

    @admin.action(description=_("수의사 검토 승인"), permissions=["review"])
    def review(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        done = _("%(count)d개 문서를 승인했어요. 보호자에게 이름과 날짜가 함께 보여요.")
        _for_each(
            request, queryset, lambda one, by: keeping.review_article(article=one, by=by), done
        )

    @admin.action(description=_("내리기 (초안으로)"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        done = _("%(count)d개 문서를 내렸어요. 더는 답변에 쓰이지 않아요.")
        _for_each(
            request, queryset, lambda one, by: keeping.withdraw_article(article=one, by=by), done
        )

    @admin.action(description=_("만료일을 오늘부터 1년 뒤로"), permissions=["change"])
    def extend_a_year(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        day = timezone.localdate() + A_YEAR
        done = _("%(count)d개 문서의 만료일을 늘렸어요.")
        _for_each(
            request,
            queryset,
            lambda one, by: keeping.extend(article=one, by=by, expires_at=day),
            done,
        )

    @admin.display(description=_("상태"), ordering="status")
    def standing_of_it(self, article: Article) -> SafeString:
        colour = "danger" if article.is_expired else COLOURS.get(article.status, "")
        return tag(label_of(article), colour)

    @admin.display(description=_("동물"))
    def kinds(self, article: Article) -> str:
        names = dict(Species.choices)
        if set(article.species) >= set(names):
            return str(_("모두"))
        return ", ".join(str(names.get(one, one)) for one in article.species)

    @admin.display(description=_("분류"), ordering="category")
    def category_name(self, article: Article) -> str:
        return dict(CATEGORIES).get(article.category, article.category)

    @admin.display(description=_("긴급도"), ordering="urgency")
    def urgency_of_it(self, article: Article) -> SafeString:
        return urgency_tag(article.urgency)

    @admin.display(description=_("찾기"), ordering="indexed_at")
    def is_found(self, article: Article) -> SafeString:
        if article.indexed_at is None:
            return tag(_("색인 대기"), "warning")
        return tag(_("색인됨"))

    @admin.display(description=_("보호자에게 보이는 모습"))
    def preview_of_it(self, article: Article) -> SafeString:
        address = reverse("admin:inference_article_preview", args=[article.pk])
        return format_html(
            '<a class="text-link" href="{}" target="_blank" rel="noopener">{}</a>',
            address,
            _("미리보기"),
        )

    @admin.display(description=_("질환"))
    def conditions_shown(self, article: Article) -> SafeString:
        return portal.lines(map(condition_line, article.conditions))

    @admin.display(description=_("보호자의 말"))
    def says_shown(self, article: Article) -> SafeString:
        return portal.lines(article.says)

    @admin.display(description=_("본문"))
    def body_shown(self, article: Article) -> SafeString:
        return portal.lines(article.body.splitlines())

    @admin.display(description=_("출처"))
    def sources_shown(self, article: Article) -> SafeString:
        return portal.lines(map(source_line, article.sources))

    def _may_edit(self, request: HttpRequest, article: Article) -> bool:
        is_shipped = article.origin == Article.Origin.SHIPPED
        return not is_shipped and self.has_change_permission(request, article)


def _for_each(request: HttpRequest, queryset: QuerySet[Article], decide: Decide, done: Any) -> None:
    """One decision about each; those that cannot be are named with the reason."""
    by, count = person(request), 0
    for article in queryset:
        try:
            decide(article, by)
        except Refusal as refusal:
            messages.error(request, f"{article.title}: {refusal.message}")
        else:
            count += 1
    if count:
        messages.success(request, done % {"count": count})
