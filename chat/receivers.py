"""Facts of owners and pets that this app hears, inside the transaction that makes them true."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.dispatch import receiver

from chat import erasing, services
from chat.models import Consultation, Upload
from profiles.models import Pet, User
from profiles.signals import account_erasing, care_ended, leftovers_due, pet_erasing


@receiver(account_erasing)
def stop_talks_of_owner(user: User, **_: Any) -> dict[str, list[str]]:
    return erasing.stop(Consultation.objects.filter(owner=user), Upload.objects.filter(owner=user))


@receiver(pet_erasing)
def stop_talks_of_pet(pet: Pet, **_: Any) -> dict[str, list[str]]:
    uploads = Upload.objects.filter(Q(pet=pet) | Q(consultation__pet=pet))
    return erasing.stop(Consultation.objects.filter(pet=pet), uploads)


@receiver(care_ended)
def end_talks_of_caretaker(pet_id: UUID, user_id: UUID, **_: Any) -> None:
    """Nothing more is asked with another's animal in mind."""
    open_ones = Consultation.objects.open().filter(pet=pet_id, owner=user_id)
    for consultation in open_ones:
        services.end_consultation(consultation=consultation, ending=Consultation.Ending.ARCHIVED)


@receiver(leftovers_due)
def remove_files(left: Mapping[str, list[str]], **_: Any) -> None:
    erasing.remove_files(left)
