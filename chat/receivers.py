"""Facts of owners and pets that this app hears, inside the transaction that makes them true."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from chat import erasing
from chat.models import Consultation, Upload
from profiles.models import Pet, User
from profiles.signals import account_erasing, leftovers_due, pet_erasing


@receiver(account_erasing)
def stop_talks_of_owner(user: User, **_: Any) -> dict[str, list[str]]:
    return erasing.stop(Consultation.objects.filter(owner=user), Upload.objects.filter(owner=user))


@receiver(pet_erasing)
def stop_talks_of_pet(pet: Pet, **_: Any) -> dict[str, list[str]]:
    uploads = Upload.objects.filter(Q(pet=pet) | Q(consultation__pet=pet))
    return erasing.stop(Consultation.objects.filter(pet=pet), uploads)


@receiver(leftovers_due)
def remove_files(left: Mapping[str, list[str]], **_: Any) -> None:
    erasing.remove_files(left)
