"""Pages by which owners take their data along, or have it erased."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from drmaum.lib.errors import Refusal
from profiles import asking, erasing, forms
from profiles.auth import person
from profiles.models import DataExport, Erasure, Pet
from profiles.pages import FormPage


class AccountErasePage(LoginRequiredMixin, FormPage):
    form_class = forms.PasswordForm
    template = "pages/erase_account.html"

    def carry_out(self, request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        erased = erasing.erase_account(user=person(request), password=given["password"])
        logout(request)
        return redirect("erasure", pk=erased.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pet_erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    pet = get_object_or_404(Pet.objects.owned_by(person(request)), pk=pk)
    if request.method == "POST":
        return redirect("erasure", pk=erasing.erase_pet(pet=pet).pk)
    context = {"pet": pet, "caretakers": pet.caretakers.active()}
    return render(request, "pages/erase_pet.html", context)


@require_safe
def erasure(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A receipt: whoever knows its random number may read it."""
    found = get_object_or_404(Erasure, pk=pk)
    context = {"erasure": found, "counts": erasing.told_counts(found)}
    answer = render(request, "pages/erasure.html", context)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@login_required
@require_POST
def export_new(request: HttpRequest) -> HttpResponse:
    try:
        asking.ask_export(user=person(request))
        messages.success(request, "자료를 모으기 시작했어요. 다 되면 메일로도 알려 드릴게요.")
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("me")


@login_required
@require_safe
def export_file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    mine = DataExport.objects.visible_to(person(request))
    found = get_object_or_404(mine, pk=pk, status=DataExport.Status.READY)
    name = f"drmaum-{timezone.localdate(found.created_at):%Y%m%d}.zip"
    try:
        answer = _handed(found, name)
    except FileNotFoundError as error:
        raise Http404 from error
    answer["Cache-Control"] = "private, no-store"
    return answer


def _handed(found: DataExport, name: str) -> HttpResponseBase:
    """The file; from a bucket its address, for some minutes and to its owner alone."""
    if not settings.MEDIA_BUCKET:
        body = default_storage.open(found.key)
        return FileResponse(body, as_attachment=True, filename=name, content_type="application/zip")
    asked = {
        "ResponseContentDisposition": f'attachment; filename="{name}"',
        "ResponseCacheControl": "private, no-store",
    }
    address = default_storage.url(  # type: ignore[call-arg]
        found.key, parameters=asked, expire=settings.MEDIA_ADDRESS_SECONDS
    )
    return redirect(address)
