"""The list of red flags in the portal, for vets to read, edit and add to."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from chat.models import Urgency
from chat.portal import urgency_tag
from drmaum.lib.errors import Refusal
from drmaum.lib.portal import ReadOnlyAdmin, tag
from inference import rule_editing, rule_pages, rulebook, signing
from inference.models import RulesSignature, TriageRule
from inference.rule_forms import TriageRuleForm, group_name
from profiles.auth import person
from profiles.models import Pet, Species

SECTIONS = {
    "airway": _("호흡과 순환"),
    "nerves": _("뇌와 신경"),
    "belly": _("소화·비뇨·생식"),
    "toxins": _("중독"),
    "injury": _("사고와 알레르기"),
    "small": _("토끼·새·작은 동물"),
    "likeness": _("비슷한 표현"),
    "own": _("직접 더한 규칙"),
}
FACTS = {
    "young": _("6개월이 안 된 아이"),
    "old": _("8살이 넘은 아이"),
    "tiny": _("3kg이 안 되는 아이"),
    "condition": _("앓는 병"),
    "breed": _("품종"),
    "species": _("종류"),
    "sex": _("성별"),
    "is_neutered": _("중성화"),
    "is_vaccinated": _("접종"),
    "is_pregnant": _("임신"),
}


LISTS = ("signs", "lookalikes", "now", "avoid")


class SectionFilter(admin.SimpleListFilter):
    title = _("갈래")
    parameter_name = "section"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return list(SECTIONS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[TriageRule]) -> Any:
        return queryset.filter(section=self.value()) if self.value() else queryset


@admin.register(TriageRule)
class TriageRuleAdmin(ModelAdmin):
    class Media:
        css = {"all": ["inference/portal.css"]}

    form = TriageRuleForm
    list_display = [
        "category", "id", "section_name", "urgency_of_it", "kinds", "is_active", "state",
    ]  # fmt: skip
    list_filter = [SectionFilter, "urgency", "is_active", "is_edited"]
    search_fields = ["id", "category", "signs", "why"]
    list_per_page = 200
    list_before_template = "admin/rules_before.html"
    actions = ["restore"]

    def get_fields(self, request: HttpRequest, obj: TriageRule | None = None) -> list[str]:
        written = ["category", "urgency", "species", "signs", "lookalikes", "why", "now", "avoid"]
        if obj is None:
            return ["id", *written, "advice"]
        own = [] if rulebook.is_shipped(obj.pk) else ["advice"]
        return ["id", "section_name", "state", *written, *own, "is_active", "besides"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else ["id", "section_name", "state", "besides"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type("Form", (made,), {"may_sign": request.user.has_perm(rule_editing.SIGN)})

    def get_urls(self) -> list[URLPattern]:
        pages = {"trial": rule_pages.try_rules, "signature": rule_pages.sign_rules}
        own = [
            path(f"{name}/", self.admin_site.admin_view(page), name=f"inference_triagerule_{name}")
            for name, page in pages.items()
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        # Called by the template, so only for those who may see the list.
        more = {"standing": signing.standing}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    def has_add_permission(self, request: HttpRequest) -> bool:
        is_allowed: bool = super().has_add_permission(request)
        return is_allowed and request.user.has_perm(rule_editing.SIGN)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_shipped = obj is not None and rulebook.is_shipped(obj.pk)
        is_allowed: bool = super().has_delete_permission(request, obj)
        return is_allowed and request.user.has_perm(rule_editing.SIGN) and not is_shipped

    def save_model(self, request: HttpRequest, obj: TriageRule, form: Any, change: bool) -> None:
        try:
            rule_editing.save_rule(rule=obj, by=person(request))
        except Refusal as refusal:
            raise PermissionDenied(refusal.message) from refusal

    def delete_model(self, request: HttpRequest, obj: TriageRule) -> None:
        rule_editing.remove_rule(rule=obj, by=person(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[TriageRule]) -> None:
        for rule in queryset:
            rule_editing.remove_rule(rule=rule, by=person(request))

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Every change with its old and its new value, for whoever asks later."""
        if add:
            return super().construct_change_message(request, form, formsets, add)
        changed = form.changed_data
        old = {name: form.get_initial_for_field(form.fields[name], name) for name in changed}
        new = {name: form.cleaned_data[name] for name in changed}
        return _changes(old, new)

    @admin.action(description=_("원래대로 되돌리기"), permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet[TriageRule]) -> None:
        restored = []
        for rule in queryset.filter(is_edited=True):
            if not rulebook.is_shipped(rule.pk):
                continue
            before = _values(rule)
            try:
                rule_editing.restore_rule(rule=rule, by=person(request))
            except Refusal as refusal:
                messages.error(request, f"{rule.category}: {refusal.message}")
                continue
            said = _("원래대로 되돌림. %(changes)s") % {"changes": _changes(before, _values(rule))}
            self.log_change(request, rule, said)
            restored.append(rule.category)
        if restored:
            messages.success(
                request, _("원래 규칙으로 되돌렸어요: %(names)s") % {"names": ", ".join(restored)}
            )

    @admin.display(description=_("갈래"), ordering="section")
    def section_name(self, rule: TriageRule) -> Any:
        return SECTIONS.get(rule.section, rule.section)

    @admin.display(description=_("긴급도"), ordering="urgency")
    def urgency_of_it(self, rule: TriageRule) -> SafeString:
        is_known = rule.urgency in Urgency.values
        return urgency_tag(rule.urgency) if is_known else tag(rule.urgency, "danger")

    @admin.display(description=_("동물"))
    def kinds(self, rule: TriageRule) -> Any:
        names = dict(Species.choices)
        return ", ".join(str(names.get(one, one)) for one in rule.species) or _("모두")

    @admin.display(description=_("상태"), ordering="-is_edited")
    def state(self, rule: TriageRule) -> SafeString:
        tags = []
        if not rulebook.is_shipped(rule.pk):
            tags.append(tag(_("직접 더함"), "info"))
        elif rule.is_edited:
            tags.append(tag(_("고침"), "warning"))
        if rulebook.is_behind(rule):
            tags.append(tag(_("제품의 새 규칙과 달라요"), "danger"))
        return format_html_join(" ", "{}", ((one,) for one in tags)) or tag(_("제품 그대로"))

    @admin.display(description=_("그 밖의 조건"))
    def besides(self, rule: TriageRule) -> Any:
        """What no form changes, in words."""
        lines = [_("안내 묶음: %s") % group_name(rule.rest.get("advice", ""))]
        lines += [_("나이와 병에 따라: %s") % _needed(rule)] if rule.rest.get("only") else []
        lines += [
            _("더 급해져요: %(facts)s → %(urgency)s")
            % {"facts": _facts(one), "urgency": Urgency(one["to"]).label}
            for one in rule.rest.get("raised_by", [])
        ]
        if rule.rest.get("is_over_turns"):
            lines.append(_("말이 여러 메시지에 나뉘어 있을 때만 찾아요."))
        shown = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
        parts = rule.rest.get("parts", [])
        if not parts:
            return format_html("<ul>{}</ul>", shown)
        title = _("아래 %d가지 말이 모두 있어야 걸려요 (순서와 메시지는 상관없어요)") % len(parts)
        listed = format_html_join("", "<li>{}</li>", ((part,) for part in parts))
        return format_html('<ul>{}<li>{}<ol class="parts">{}</ol></li></ul>', shown, title, listed)


@admin.register(RulesSignature)
class RulesSignatureAdmin(ReadOnlyAdmin):
    list_display = ["signed_at", "name", "licence", "version", "signed_by"]
    list_select_related = ["signed_by"]


def _values(rule: TriageRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in rulebook.FIELDS}


def _changes(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Old and new value of each field that differs; of lists, the lines that came and went."""
    labels = {field.name: field.verbose_name for field in TriageRule._meta.fields}
    labels["advice"] = _("안내 묶음")
    return "; ".join(
        f"{labels[name]}: {_change(name, old[name], new[name])}"
        for name in new
        if old[name] != new[name]
    )


def _change(name: str, old: Any, new: Any) -> str:
    if name not in LISTS:
        return f"{_shown(old)} → {_shown(new)}"
    before, after = old.splitlines(), new.splitlines()
    gone = [_("뺌 ‘%s’") % line for line in before if line not in after]
    came = [_("더함 ‘%s’") % line for line in after if line not in before]
    return ", ".join([*gone, *came]) or str(_("순서를 바꿈"))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("켬") if value else _("끔"))
    if isinstance(value, list):
        return ", ".join(value) or "-"
    if value in Urgency.values:
        return str(Urgency(value).label)
    return str(value) or "-"


def _needed(rule: TriageRule) -> str:
    return _facts(rule.rest["only"])


def _facts(facts: dict[str, Any]) -> str:
    return ", ".join(_fact(name, value) for name, value in facts.items() if name != "to")


def _fact(name: str, value: Any) -> str:
    label = str(FACTS.get(name, name))
    if name in ("young", "old", "tiny"):
        return label
    if isinstance(value, bool):
        return f"{label} {_('함') if value else _('안 함')}"
    if isinstance(value, list):
        names = dict(Species.choices)
        return ", ".join(str(names.get(one, one)) for one in value)
    if name == "sex":
        return f"{label}: {dict(Pet.Sex.choices).get(value, value)}"
    return f"{label}: {str(value).replace('|', ', ')}"
