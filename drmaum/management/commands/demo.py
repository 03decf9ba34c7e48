"""`manage.py demo`: a confirmed owner with two pets, staff and a vet, for a first look."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.utils import timezone

from profiles import services
from profiles.models import Consent, Pet, User

EMAIL = "owner@example.com"
PASSWORD = "maum-demo-1234"  # noqa: S105  (printed for whoever looks around on this machine)
VET = "vet@example.com"
COLLEAGUE = "colleague@example.com"


class Command(BaseCommand):
    help = (
        "Add a demo owner with a dog and a cat, a demo staff account that may do everything, and a"
        " vet who may only review notes. Safe to run again."
    )

    def handle(self, **options: Any) -> None:
        if not User.objects.filter(email=EMAIL).exists():
            owner = User.objects.create_user(
                EMAIL, PASSWORD, name="보리 보호자", email_verified_at=timezone.now()
            )
            services.record_consents(
                user=owner,
                consents={kind: kind != Consent.Kind.OVERSEAS_AI for kind in Consent.Kind.values},
            )
            self._add_pets(owner)
        if not User.objects.filter(email=VET).exists():
            User.objects.create_superuser(VET, PASSWORD, name="데모 수의사")
        if not User.objects.filter(email=COLLEAGUE).exists():
            vet = User.objects.create_user(
                COLLEAGUE,
                PASSWORD,
                name="데모 동료",
                role=User.Role.VET,
                email_verified_at=timezone.now(),
            )
            vet.groups.add(Group.objects.get(name="수의사"))
        for name, email in (("owner", EMAIL), ("staff", VET), ("vet", COLLEAGUE)):
            self.stdout.write(f"{name}: {email} / {PASSWORD}")

    def _add_pets(self, owner: User) -> None:
        today = timezone.localdate()
        pets: list[dict[str, Any]] = [
            {"name": "보리", "species": "dog", "breed": "말티즈", "sex": Pet.Sex.MALE},
            {"name": "나비", "species": "cat", "breed": "코리안 숏헤어", "sex": Pet.Sex.MALE},
        ]
        for years, pet in enumerate(pets, start=3):
            born = today - timedelta(days=365 * years)
            facts = {**pet, "birth_date": born, "is_neutered": True, "weight_kg": years + 1}
            services.register_pet(owner=owner, facts=facts)
