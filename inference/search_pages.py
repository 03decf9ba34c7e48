"""The query test in the portal ("검색 시험"): a form, and the page of one result."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from unfold import widgets

from chat.portal import urgency_tag
from inference import search_trial, searching
from inference.knowledge.embedders import registry
from inference.knowledge.loading import HEADINGS, SAYS
from inference.models import Article, EmbeddingSpace
from profiles.auth import person
from profiles.models import Species

VIEW = "inference.view_article"
LONGEST_QUESTION = 4000
PAIRS_SHOWN = 20
UNREACHABLE = (OperationalError, RedisError)
LATER = gettext_lazy("지금은 시험할 수 없어요. 잠시 뒤에 다시 해 주세요.")


class SearchForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("질문"),
        max_length=LONGEST_QUESTION,
        widget=widgets.UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("보호자가 쓸 법한 말로 적어 주세요. 이름이나 연락처는 넣지 마세요."),
    )
    species = forms.ChoiceField(
        label=gettext_lazy("동물 종류"),
        choices=Species.choices,
        widget=widgets.UnfoldAdminSelectWidget,
    )


def urls(site: admin.AdminSite) -> list[URLPattern]:
    return [
        path("trial/", site.admin_view(ask), name="inference_search_trial"),
        path("trial/<str:trial_id>/", site.admin_view(show), name="inference_search_result"),
    ]


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The question goes to a worker; its result has a page of its own."""
    _check(request)
    form = SearchForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            trial_id = searching.ask_for_trial(by=person(request), **form.cleaned_data)
        except UNREACHABLE:
            messages.error(request, LATER)
        else:
            return redirect("admin:inference_search_result", trial_id)
    return _page(request, {"form": form})


@require_GET
def show(request: HttpRequest, trial_id: str) -> HttpResponse:
    """The result, or that it is being computed. Another person's trial is not there."""
    _check(request)
    try:
        trial = search_trial.look_up(trial_id, person(request))
    except RedisError:
        messages.error(request, LATER)
        return redirect("admin:inference_search_trial")
    if trial is None:
        raise Http404
    form = SearchForm(initial={"text": trial.text, "species": trial.species})
    return _page(request, {"form": form, "trial": trial, "result": _shown(trial.result)})


def _shown(result: dict[str, Any] | None) -> dict[str, Any] | None:
    """The result with its tags, headings and the lengths of its bars."""
    if result is None:
        return None
    longest = max((one["score"] for one in result["articles"]), default=0) or 1
    return {
        **result,
        "tag": urgency_tag(result["urgency"]),
        "pairs": result["pairs"][:PAIRS_SHOWN],
        "articles": [_article(one, longest) for one in result["articles"]],
    }


def _article(found: dict[str, Any], longest: float) -> dict[str, Any]:
    nearest = found["nearest"]
    section = nearest["section"] if nearest else ""
    heading = _("보호자의 말") if section == SAYS else HEADINGS.get(section, section)
    return {
        **found,
        "tag": urgency_tag(found["urgency"]),
        "heading": heading,
        "bars": _bars(found, longest),
    }


def _bars(found: dict[str, Any], longest: float) -> list[dict[str, Any]]:
    """The parts of a score side by side, in hundredths of the best score."""
    bars, start = [], 0.0
    for part in ("words", "meaning", "danger"):
        length = round(max(found[f"from_{part}"], 0.0) / longest * 100, 1)
        bars.append({"part": part, "start": f"{start:.1f}", "length": f"{length:.1f}"})
        start += length
    return bars


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(VIEW):
        raise PermissionDenied


def _page(request: HttpRequest, more: dict[str, Any]) -> HttpResponse:
    live = EmbeddingSpace.objects.live()
    known = registry.known().get(live.model) if live else None
    shown = {
        "title": _("검색 시험"),
        "opts": Article._meta,
        "is_overseas": bool(known and known.is_overseas),
        **more,
    }
    context = {**admin.site.each_context(request), **shown}
    return TemplateResponse(request, "admin/search_trial.html", context)
