"""The page on which an owner has a consultation erased."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from chat import erasing
from chat.models import Consultation
from profiles.auth import person


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    mine = Consultation.objects.visible_to(person(request)).select_related("pet")
    found = get_object_or_404(mine, pk=pk)
    if request.method == "POST":
        erased = erasing.erase_consultation(consultation=found)
        return redirect("erasure", pk=erased.pk)
    return render(request, "pages/erase_consultation.html", {"consultation": found})
