"""What owners do on a pet's page with its weighings and what is due. Each goes back to that page,
which an app above shows."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from profiles import care, care_forms, weighing
from profiles.auth import person
from profiles.models import Care, Pet, Weight

AGAIN = "날짜와 숫자를 다시 확인해 주세요."


@login_required
@require_POST
def weigh(request: HttpRequest, pk: UUID) -> HttpResponse:
    pet = _pet(request, pk)
    form = care_forms.WeighForm(request.POST)
    if form.is_valid():
        weighing.weigh(pet=pet, **form.cleaned_data)
        messages.success(request, "몸무게를 적었어요.")
    else:
        messages.error(request, AGAIN)
    return _back(pk, "weight")


@login_required
@require_POST
def weight_remove(request: HttpRequest, pk: UUID, weight: int) -> HttpResponse:
    mine = Weight.objects.visible_to(person(request)).filter(pet=pk)
    weighing.remove(weight=get_object_or_404(mine, pk=weight))
    messages.success(request, "몸무게 하나를 지웠어요.")
    return _back(pk, "weight")


@login_required
@require_POST
def care_accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    pet = _pet(request, pk)
    try:
        chosen = care_forms.accepted(request.POST, request.POST.getlist("code"))
    except ValidationError:
        messages.error(request, AGAIN)
        return _back(pk, "care")
    made = care.accept(pet=pet, last_on=chosen)
    messages.success(request, f"일정 {len(made)}개를 넣었어요." if made else "고른 일정이 없어요.")
    return _back(pk, "care")


@login_required
@require_POST
def care_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    pet = _pet(request, pk)
    form = care_forms.CareForm(request.POST)
    if form.is_valid():
        care.add(pet=pet, facts=form.cleaned_data)
        messages.success(request, "일정을 넣었어요.")
    else:
        messages.error(request, AGAIN)
    return _back(pk, "care")


@login_required
@require_POST
def care_change(request: HttpRequest, pk: UUID, care_id: UUID) -> HttpResponse:
    row = _care(request, pk, care_id)
    form = care_forms.CareChangeForm(request.POST)
    if form.is_valid():
        care.change(care=row, facts=form.cleaned_data)
        messages.success(request, "일정을 바꿨어요.")
    else:
        messages.error(request, AGAIN)
    return _back(pk, "care")


@login_required
@require_POST
def care_done(request: HttpRequest, pk: UUID, care_id: UUID) -> HttpResponse:
    row = _care(request, pk, care_id)
    following = care.finish(care=row, done_on=timezone.localdate())
    told = f"'{row.title}' 했다고 적었어요."
    if following:
        told += f" 다음은 {following.due_on:%Y}년 {following.due_on.month}월 {following.due_on.day}일이에요."
    messages.success(request, told)
    return _back(pk, "care")


@login_required
@require_POST
def care_skip(request: HttpRequest, pk: UUID, care_id: UUID) -> HttpResponse:
    care.skip(care=_care(request, pk, care_id))
    messages.success(request, "이번에는 건너뛸게요.")
    return _back(pk, "care")


@login_required
@require_POST
def care_remove(request: HttpRequest, pk: UUID, care_id: UUID) -> HttpResponse:
    _care(request, pk, care_id).delete()
    messages.success(request, "일정을 지웠어요.")
    return _back(pk, "care")


def _pet(request: HttpRequest, pk: UUID) -> Pet:
    return get_object_or_404(Pet.objects.visible_to(person(request)), pk=pk)


def _care(request: HttpRequest, pk: UUID, care_id: UUID) -> Care:
    mine = Care.objects.visible_to(person(request)).filter(pet=pk).select_related("pet")
    return get_object_or_404(mine, pk=care_id)


def _back(pk: UUID, part: str) -> HttpResponse:
    return redirect(f"{reverse('pet_timeline', args=[pk])}?open={part}#{part}")
