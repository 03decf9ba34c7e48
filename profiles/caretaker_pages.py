"""What people who care for a pet together do on its page, and on the list of pets."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from drmaum.lib.errors import Refusal
from profiles import caring_together
from profiles.auth import person
from profiles.forms import AddressForm
from profiles.models import Caretaker, Pet

PART = "caretakers"


@login_required
@require_POST
def invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    pet = get_object_or_404(Pet.objects.owned_by(person(request)), pk=pk)
    form = AddressForm(request.POST)
    if not form.is_valid():
        messages.error(request, "이메일 주소를 다시 확인해 주세요.")
        return _back(pk)
    try:
        invited = caring_together.invite(pet=pet, email=form.cleaned_data["email"])
        messages.success(request, f"{invited.email} 주소로 초대를 보냈어요.")
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return _back(pk)


@login_required
@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = person(request)
    found = get_object_or_404(Caretaker.objects.visible_to(user).select_related("pet"), pk=pk)
    was_caring = found.accepted_at is not None
    caring_together.end(caretaker=found)
    if found.pet.owner_id != user.pk:
        told = "함께 돌보기를 끝냈어요." if was_caring else "초대를 거절했어요."
        messages.success(request, told)
        return redirect("pets")
    messages.success(request, "함께 돌보기를 끝냈어요." if was_caring else "초대를 거뒀어요.")
    return _back(found.pet_id)


@login_required
@require_POST
def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = person(request)
    invitation = get_object_or_404(Caretaker.objects.inviting(user), pk=pk)
    caring = caring_together.accept(invitation=invitation, user=user)
    messages.success(request, f"이제 {caring.pet.name} 기록을 함께 볼 수 있어요.")
    return redirect("pet_timeline", pk=caring.pet_id)


def _back(pk: UUID) -> HttpResponse:
    return redirect(f"{reverse('pet_timeline', args=[pk])}?open={PART}#{PART}")
