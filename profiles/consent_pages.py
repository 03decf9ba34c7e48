"""What an owner has agreed to, on one page; the optional part changes by one press."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from profiles import keeping, services
from profiles.auth import person
from profiles.models import Consent, DataExport, Device

SHOWN_EXPORTS = 5

WHAT = {
    Consent.Kind.TERMS: _("서비스를 이용하는 데 필요해요."),
    Consent.Kind.PRIVACY: _("서비스를 이용하는 데 필요해요."),
    Consent.Kind.OVERSEAS_AI: _(
        "동의하시면 해외 AI 모델이 답변을 써요. 동의하지 않으시면 지식 문서에서 찾아 답해 드려요."
    ),
    Consent.Kind.VET_REVIEW: _(
        "동의하시면 상담이 끝난 뒤 수의사가 상담 요약을 확인해 드려요."
        " 거두시면 아직 확인하지 않은 요약은 바로 수의사에게 보이지 않아요."
    ),
}


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    known = {one.kind: one for one in services.current_consents(user=person(request))}
    consents = [
        {
            "kind": kind.value,
            "name": kind.label,
            "what": WHAT[kind],
            "entry": known.get(kind.value),
            "is_granted": kind.value in known and known[kind.value].is_granted,
            "is_required": kind in services.REQUIRED_CONSENTS,
        }
        for kind in Consent.Kind
    ]
    context = {
        "consents": consents,
        "kept": keeping.kept(),
        "processors": keeping.PROCESSORS,
        "notification_kinds": Device.Kind.choices,
        "exports": DataExport.objects.visible_to(person(request))[:SHOWN_EXPORTS],
    }
    return render(request, "pages/me.html", context)


@login_required
@require_POST
def change(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in Consent.Kind.values or kind in services.REQUIRED_CONSENTS:
        raise Http404
    is_granted = request.POST.get("is_granted") == "yes"
    services.change_consent(user=person(request), kind=kind, is_granted=is_granted)
    told = (
        _("동의했어요. 지금부터 적용돼요.")
        if is_granted
        else _("동의를 거뒀어요. 바로 적용됐어요.")
    )
    messages.success(request, told)
    return redirect("me")
