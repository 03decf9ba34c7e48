"""What this app itself does when an account or a pet goes."""

from collections.abc import Mapping
from typing import Any

from django.dispatch import receiver

from profiles import accounts, exports, traces
from profiles.models import Caretaker, Pet, User
from profiles.signals import account_erasing, leftovers_due, pet_erasing


@receiver(account_erasing)
def tell_traces(user: User, **_: Any) -> dict[str, list[str]]:
    Caretaker.objects.filter(email=user.email).delete()
    return {
        "people": [str(user.pk)],
        "logins": [user.cognito_sub] if user.cognito_sub else [],
        "addresses": [traces.address_mark(user.email)],
        "files": exports.withdraw(user),
    }


@receiver(pet_erasing)
def withdraw_copies(pet: Pet, **_: Any) -> dict[str, list[str]]:
    return {"files": exports.withdraw(pet.owner)}


@receiver(leftovers_due)
def remove_traces(left: Mapping[str, list[str]], **_: Any) -> None:
    traces.end_sessions(people=left.get("people", []), addresses=left.get("addresses", []))
    traces.blank_log_entries()
    accounts.remove_logins(left.get("logins", []))
