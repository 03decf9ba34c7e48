"""The page of all consultations: what is pinned, then by month; and search in what was said."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chat import pinning, searching
from chat.models import Consultation
from drmaum.lib.text import UnreadableTextError, clean
from profiles.auth import person
from profiles.models import Pet, User

A_PAGE, MOST_FOUND = 50, 50


@login_required
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    user = person(request)
    pets = list(Pet.objects.visible_to(user).order_by("created_at"))
    pet = next((one for one in pets if str(one.pk) == request.GET.get("pet")), None)
    query = request.GET.get("q", "")
    context: dict[str, Any] = {"pets": pets, "pet": pet, "query": query}
    if query.strip():
        return _found(request, user, context)
    mine = Consultation.objects.visible_to(user).filter(head_seq__gt=0).select_related("pet")
    mine = mine.filter(pet=pet) if pet else mine
    page = Paginator(mine.filter(pinned_at=None).order_by("-active_at"), A_PAGE).get_page(
        request.GET.get("page")
    )
    months = [(month, list(rows)) for month, rows in groupby(page.object_list, key=_month_of)]
    context |= {"page": page, "months": months, "shown": list(page.object_list)}
    if page.number == 1:
        context["pinned"] = list(mine.exclude(pinned_at=None).order_by("-pinned_at"))
        context["shown"] += context["pinned"]
    return render(request, "pages/history.html", context)


@login_required
@require_POST
def pin(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Consultation.objects.visible_to(person(request)), pk=pk)
    pinning.pin(consultation=found, is_pinned=request.POST.get("is_pinned") == "yes")
    return redirect("history")


def _found(request: HttpRequest, user: User, context: dict[str, Any]) -> HttpResponse:
    pet: Pet | None = context["pet"]
    try:
        context["query"] = query = clean(context["query"])
        rows = searching.search(user=user, query=query, pet=pet.pk if pet else None)
    except (searching.QueryUnfit, UnreadableTextError):
        context["problem"] = str(searching.QueryUnfit.message)
        return render(request, "pages/history.html", context, status=400)
    patterns = searching.patterns_of(query)
    found = [searching.snippet_of(row, patterns) for row in rows[:MOST_FOUND]]
    context["found"] = [(one, searching.marked(one.snippet, one.marks)) for one in found]
    return render(request, "pages/history.html", context)


def _month_of(consultation: Consultation) -> str:
    return timezone.localtime(consultation.active_at).strftime("%Y년 %-m월")
