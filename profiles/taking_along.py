"""The parts of an export that this app keeps: the account and the animals."""

from typing import Any

from django.db.models import Q, QuerySet

from profiles.exporting import Part, register
from profiles.models import Care, Caretaker, Device, MedicalRecord, Pet, User, Weight

# Archived pets too: they are kept, so they are told.
PET = [
    "id", "name", "species", "breed", "birth_date", "is_birth_date_approximate", "sex",
    "is_neutered", "weight_kg", "allergies", "conditions", "medicines", "created_at",
    "archived_at",
]  # fmt: skip
RECORD = ["id", "pet", "kind", "title", "notes", "happened_on", "created_at"]
CARE = [
    "id", "pet", "kind", "code", "title", "due_on", "every_days", "remind_days", "is_reminded",
    "reminded_on", "done_on", "created_at",
]  # fmt: skip
SIGN_IN = ["id", "created_at", "refreshed_at", "expires_at", "ended_at"]


def register_all() -> None:
    register("account", "계정", _account)
    register("consents", "동의한 기록", _consents)
    register("sign_ins", "앱으로 로그인한 기록", lambda user: rows(user.sign_ins.all(), SIGN_IN))
    register("pets", "반려동물", lambda user: rows(Pet.objects.filter(owner=user), PET))
    register("records", "의료 기록", _of_pets(MedicalRecord, RECORD))
    register("weights", "몸무게", _of_pets(Weight, ["id", "pet", "kg", "measured_on"]))
    register("care", "돌봄 일정", _of_pets(Care, CARE))
    register("devices", "알림을 받는 기기", _devices)
    register("caretakers", "함께 돌보는 분", _caretakers)


def rows(found: QuerySet[Any], fields: list[str]) -> Part:
    """A part of plain rows, in the order of their keys."""
    return Part(list(found.order_by("pk").values(*fields)))


def _account(user: User) -> Part:
    names = ("id", "email", "name", "role", "email_verified_at", "created_at", "last_login")
    return Part({name: getattr(user, name) for name in names})


def _consents(user: User) -> Part:
    return rows(user.consents.all(), ["kind", "version", "is_granted", "created_at"])


def _devices(user: User) -> Part:
    mine = Device.objects.visible_to(user)
    return rows(mine, ["id", "label", "kinds", "created_at", "told_at"])


def _caretakers(user: User) -> Part:
    mine = Caretaker.objects.filter(Q(pet__owner=user) | Q(user=user))
    return rows(mine, ["id", "pet", "email", "invited_at", "accepted_at", "ended_at"])


def _of_pets(model: Any, fields: list[str]) -> Any:
    return lambda user: rows(model.objects.filter(pet__owner=user), fields)
