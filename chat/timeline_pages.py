"""The page of one pet: who it is, what is due, how its weight goes, and its life in one list."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from chat import timeline
from chat.uploads import addresses
from profiles import ages, care, care_forms, weight_chart, weight_trend
from profiles.auth import person
from profiles.models import Care, Caretaker, Pet, User, Weight


@login_required
@require_safe
@ensure_csrf_cookie
def pet_timeline(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = person(request)
    pet = get_object_or_404(Pet.objects.visible_to(user), pk=pk)
    start = request.GET.get("from", "")
    begin = int(start) if start.isascii() and start.isdecimal() and len(start) < 6 else 0
    context = {
        "pet": pet,
        "age": ages.in_words(pet),
        "today": timezone.localdate(),
        "opened": request.GET.get("open", ""),
        "page": timeline.page_of(pet=pet, user=user, start=begin),
        "is_first": begin == 0,
        "portrait": _portrait(pet, user),
    }
    if begin == 0:
        context |= _care(pet, user) | _weights(pet, user)
        context["documents"] = timeline.documents_of(pet, user)
        context["caretakers"] = Caretaker.objects.shown_of(pet)
        context["is_owner"] = pet.owner_id == user.pk
    return render(request, "pages/pet_timeline.html", context)


def _portrait(pet: Pet, user: User) -> str | None:
    found = timeline.portrait_of(pet, user)
    return addresses.address_of(found, addresses.THUMB) if found else None


def _care(pet: Pet, user: User) -> dict[str, object]:
    mine = Care.objects.visible_to(user).filter(pet=pet)
    rows = [(row, care_forms.CareChangeForm.of(row)) for row in mine.open().order_by("due_on")]
    return {
        "due": rows,
        "next_due": rows[0][0] if rows else None,
        "proposals": care.proposals(pet),
        "care_form": care_forms.CareForm(auto_id="care-%s"),
    }


def _weights(pet: Pet, user: User) -> dict[str, object]:
    weights = list(Weight.objects.visible_to(user).filter(pet=pet).order_by("measured_on"))
    return {
        "weights": weights[::-1],
        "chart": weight_chart.chart_of(weights),
        "trend": weight_trend.trend_of(weights),
        "shape": weight_trend.shape_of(pet.species),
        "weigh_form": care_forms.WeighForm(auto_id="weigh-%s"),
    }
