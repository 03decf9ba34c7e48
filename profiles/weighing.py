"""Weighings: one a day counts, and the newest of them is what the pet weighs."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models import LONGEST_LIFE, Pet, Weight

LEAST, MOST = Decimal("0.01"), Decimal(200)


def check_measured_on(value: date) -> None:
    """Not in the future, nor before any animal of today was born."""
    today = timezone.localdate()
    if not today - LONGEST_LIFE <= value <= today:
        raise ValidationError(_("잰 날을 다시 확인해 주세요."))


@transaction.atomic
def weigh(*, pet: Pet, kg: Decimal, measured_on: date) -> Weight:
    """Note a weighing. A second one of the same day takes the place of the first."""
    row = Pet.objects.select_for_update().get(pk=pet.pk)
    _keep_what_was_told(row, measured_on)
    weight, _made = Weight.objects.update_or_create(
        pet=row, measured_on=measured_on, defaults={"kg": kg}
    )
    _show_newest(pet)
    return weight


@transaction.atomic
def remove(*, weight: Weight) -> None:
    pet = Pet.objects.select_for_update().get(pk=weight.pet_id)
    weight.delete()
    _show_newest(pet)


def _keep_what_was_told(pet: Pet, measured_on: date) -> None:
    """A weight from before there were weighings: it must not be lost to an older one."""
    told_on = timezone.localdate(pet.created_at)
    if pet.weight_kg is not None and not pet.weights.exists() and told_on != measured_on:
        Weight.objects.create(pet=pet, kg=pet.weight_kg, measured_on=told_on)


def _show_newest(pet: Pet) -> None:
    newest = Weight.objects.filter(pet=pet).order_by("measured_on").last()
    pet.weight_kg = newest.kg if newest else None
    pet.save(update_fields=["weight_kg"])
