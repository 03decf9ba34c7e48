"""Web pages of consultations."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from chat import reading, services
from chat.models import Consultation
from profiles.auth import person
from profiles.models import Caretaker, Pet

SHOWN_AT_HOME = 50


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    mine = Consultation.objects.visible_to(person(request)).filter(head_seq__gt=0)
    context = {
        "pets": Pet.objects.visible_to(person(request)).order_by("created_at"),
        "invitations": Caretaker.objects.inviting(person(request)).select_related("pet__owner"),
        "consultations": mine.select_related("pet").order_by("-active_at")[:SHOWN_AT_HOME],
    }
    return render(request, "pages/home.html", context)


@login_required
@require_POST
def consultation_new(request: HttpRequest) -> HttpResponse:
    try:
        pet = get_object_or_404(
            Pet.objects.visible_to(person(request)), pk=request.POST.get("pet") or None
        )
    except ValidationError as error:
        raise Http404 from error
    opened = services.open_consultation(owner=person(request), pet=pet)
    return redirect("consultation", pk=opened.pk)


@login_required
@require_safe
@ensure_csrf_cookie
def consultation(request: HttpRequest, pk: UUID) -> HttpResponse:
    mine = Consultation.objects.visible_to(person(request)).select_related("pet")
    found = get_object_or_404(mine, pk=pk)
    page = {
        "consultation": str(found.pk),
        "pet": str(found.pet_id),
        "is_over": not found.is_open,
        "longest": settings.LONGEST_MESSAGE,
        "audio_days": settings.MEDIA_AUDIO_DAYS,
        "has_voice": settings.MEDIA_VOICE,
        "events": reading.events_after(found.pk, 0),
        "ratings": reading.ratings_of(found.pk),
        "rating": reading.rating_of(found.pk),
    }
    context = {
        "consultation": found,
        "pet": found.pet,
        "species": found.pet.species,
        "page": page,
    }
    return render(request, "pages/consultation.html", context)
