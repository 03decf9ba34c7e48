"""Two pages of the portal beside the list of red flags: the test box and the signature."""

from dataclasses import asdict
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat.portal import urgency_tag
from drmaum.lib.errors import Refusal
from inference import portal, regression, signing, trial
from inference.models import TriageRule
from inference.rule_forms import SignatureForm, TrialForm
from inference.triage.types import Assessment
from profiles.auth import person

VIEW = "inference.view_triagerule"
SIGNATURE = "admin:inference_triagerule_signature"


@require_http_methods(["GET", "POST"])
def try_rules(request: HttpRequest) -> HttpResponse:
    """Judge made-up words, or hold the labelled cases against the rules in force."""
    _check(request)
    is_about_cases = "cases" in request.POST
    form = TrialForm(request.POST if request.method == "POST" and not is_about_cases else None)
    more: dict[str, Any] = {"form": form}
    if is_about_cases:
        more["held"] = regression.hold_cases()
    elif form.is_bound and form.is_valid():
        said = form.cleaned_data["text"]
        more["trial"] = found = trial.try_out(text=said, pet=form.pet, earlier=form.turns)
        more |= {"now": _told(found.now), "shipped": _told(found.shipped)}
    return _page(request, "admin/rule_trial.html", _("규칙 시험"), more)


@require_http_methods(["GET", "POST"])
def sign_rules(request: HttpRequest) -> HttpResponse:
    """Read what changed since the last signature, and sign."""
    _check(request)
    standing = signing.standing()
    given = {"version": standing.version, "name": person(request).name}
    form = SignatureForm(request.POST or None, initial=given)
    if form.is_bound and form.is_valid():
        try:
            signed = {name: form.cleaned_data[name] for name in ("version", "name", "licence")}
            signing.sign(**signed, by=person(request))
        except signing.NotASigner as refusal:
            raise PermissionDenied(refusal.message) from refusal
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("서명했어요. 이제 보호자에게도 서명한 목록이라고 보여요."))
        return redirect(SIGNATURE)
    more = {"standing": standing, "form": form if _may_sign(request, standing) else None}
    return _page(request, "admin/rule_signature.html", _("응급 신호 목록 서명"), more)


def _may_sign(request: HttpRequest, standing: signing.Standing) -> bool:
    signature = standing.signature
    has_signed = signature is not None and signature.signed_by_id == person(request).pk
    return request.user.has_perm("inference.sign_rules") and not has_signed


def _told(assessment: Assessment) -> dict[str, SafeString]:
    found = [asdict(finding) for finding in assessment.findings]
    return {
        "urgency": urgency_tag(assessment.urgency),
        "findings": portal.findings(found, has_advice=True),
    }


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(VIEW):
        raise PermissionDenied


def _page(request: HttpRequest, template: str, title: str, more: dict[str, Any]) -> HttpResponse:
    shown = {"title": title, "opts": TriageRule._meta, **more}
    return TemplateResponse(request, template, {**admin.site.each_context(request), **shown})
