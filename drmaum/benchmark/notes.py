"""The portal's queue of notes at a size that it has not yet, through the whole web stack."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chat.models import Consultation, Urgency
from inference.evaluation.figures import percentile
from profiles.models import Pet, Species, User
from soap.models import Section, SoapNote

OWNERS, BATCH, SEED = 2000, 5000, 7
# Four in five notes wait: a worse queue than any clinic's.
SHARE_APPROVED = 0.2
PAGES = {
    "queue": "",
    "second page": "?p=2",
    "emergencies": "?urgency__exact=emergency",
    "birds": "?pet__species__exact=bird",
    "my own": "?holder=me",
    "approved": "?state=approved",
    "search": "?q=%EB%B3%B4%EB%A6%AC7",
}
Say = Callable[[str], None]


def measure(size: int, rounds: int, say: Say) -> dict[str, Any]:
    """Milliseconds a page, p50 and p95, over `rounds` openings each."""
    vet = _vet()
    _fill(size, vet, say)
    client = Client(SERVER_NAME="localhost")
    client.force_login(vet)
    queue = reverse("admin:soap_soapnote_changelist")
    pages = {name: f"{queue}{query}" for name, query in PAGES.items()}
    waiting = SoapNote.objects.reviewable_by(vet).waiting()[:1].get()
    pages["review"] = reverse("admin:soap_soapnote_change", args=[waiting.pk])
    return {"notes": size, **{name: _time(client, page, rounds) for name, page in pages.items()}}


def _time(client: Client, address: str, rounds: int) -> dict[str, float | None]:
    taken = []
    for _round in range(rounds + 1):
        begun = time.perf_counter()
        status = client.get(address).status_code
        taken.append((time.perf_counter() - begun) * 1000)
        if status != 200:
            raise RuntimeError(f"{address} answered {status}")
    # The first one also compiles the templates.
    return {"p50": percentile(taken[1:], 0.5), "p95": percentile(taken[1:], 0.95)}


def _vet() -> User:
    vet = User.objects.create_user("vet@example.com", "x", role=User.Role.VET, name="수의사")
    vet.groups.add(Group.objects.get(name="수의사"))
    return User.objects.get(pk=vet.pk)


def _fill(size: int, vet: User, say: Say) -> None:
    chance = random.Random(SEED)
    pets = _pets(chance)
    for begin in range(0, size, BATCH):
        _store(list(_notes(min(BATCH, size - begin), pets, vet, chance)))
        say(f"{begin + BATCH:,} of {size:,} notes")
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def _pets(chance: random.Random) -> list[Pet]:
    owners = User.objects.bulk_create(
        User(email=f"owner{number}@example.com") for number in range(OWNERS)
    )
    species = Species.values
    return Pet.objects.bulk_create(
        Pet(owner=owner, name=f"보리{number}", species=chance.choice(species))
        for number, owner in enumerate(owners)
    )


def _notes(
    count: int, pets: list[Pet], vet: User, chance: random.Random
) -> Iterator[tuple[Consultation, SoapNote]]:
    now = timezone.now()
    for _number in range(count):
        pet = chance.choice(pets)
        ended = now - timedelta(minutes=chance.randrange(60 * 24 * 90))
        consultation = Consultation(owner=pet.owner, pet=pet, ended_at=ended, ending="owner")
        is_approved = chance.random() < SHARE_APPROVED
        note = SoapNote(
            consultation=consultation, owner=pet.owner, pet=pet,
            status=SoapNote.Status.APPROVED if is_approved else SoapNote.Status.DRAFT,
            urgency=chance.choice(Urgency.values), made_by="extraction", is_default=True,
            keywords={"주증상": "구토, 식욕 부진", "기간": "어제부터"}, offered_at=ended,
            assigned_to=vet if is_approved or chance.random() < 0.01 else None,
            approved_at=now if is_approved else None, approved_by=vet if is_approved else None,
        )  # fmt: skip
        yield consultation, note


def _store(made: list[tuple[Consultation, SoapNote]]) -> None:
    Consultation.objects.bulk_create(consultation for consultation, _note in made)
    notes = SoapNote.objects.bulk_create(note for _consultation, note in made)
    Section.objects.bulk_create(
        Section(note=note, kind=kind, text="노란 토를 세 번 했어요")
        for note in notes
        for kind in Section.Kind.values
    )
