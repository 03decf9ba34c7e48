"""Triage of a stored message: its words, its pet, and what the owner had said before.

The request that stores a message, the review board and the regression cases all ask here, so
that they hear the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from chat.models import Consultation, Message
from inference import rulebook
from inference.triage import meaning
from inference.triage.engine import assess
from inference.triage.reading import TURNS_REMEMBERED
from inference.triage.rules import RuleBook
from inference.triage.types import Assessment, PetFacts
from inference.triage.wording import Reading
from profiles.models import MedicalRecord, Pet


@dataclass(frozen=True)
class Heard:
    """What the rules are told. `earlier` holds the owner's messages before, oldest first."""

    text: str
    pet: PetFacts
    earlier: tuple[str, ...]


def assess_message(message: Message) -> Assessment:
    """What the rules of now say of a stored message."""
    return assess_heard(hear(with_background(Message.objects.filter(pk=message.pk)).get()))


def assess_heard(heard: Heard, book: RuleBook | None = None) -> Assessment:
    """What the rules in force say, or those of `book` for whoever asks about many messages."""
    return assess(heard.text, heard.pet, heard.earlier, book or rulebook.current())


def urgency_by_meaning(message_id: UUID, vector: Sequence[float]) -> str | None:
    """What the third net says of a stored message whose vector the worker has computed."""
    heard = hear(with_background(Message.objects.filter(pk=message_id)).get())
    reading = Reading.of(heard.text, heard.earlier, heard.pet.species)
    return meaning.urgency_of(reading, vector)


def with_background(messages: QuerySet[Message]) -> QuerySet[Any]:
    """Messages with what `hear` needs besides their own words, in one query for all."""
    owners = Message.objects.filter(
        consultation=OuterRef("consultation"), role=Message.Role.OWNER, seq__lt=OuterRef("seq")
    )
    vaccines = MedicalRecord.objects.filter(
        pet=OuterRef("consultation__pet"), kind=MedicalRecord.Kind.VACCINE
    )
    return messages.select_related("consultation__pet", "triage").annotate(
        newest_before=ArraySubquery(owners.order_by("-seq").values("text")[:TURNS_REMEMBERED]),
        has_vaccine=Exists(vaccines),
    )


def hear(message: Any) -> Heard:
    """What the rules are told of a message that comes from `with_background`.

    The pet is as it is registered now, but as old as it was on the day of the message.
    """
    facts = _facts(message.consultation.pet, message.created_at, message.has_vaccine)
    return Heard(message.text, facts, tuple(reversed(message.newest_before)))


def assess_words(consultation: Consultation, text: str) -> Assessment:
    """What the rules say of words that are no message yet, said in this consultation now."""
    owners = Message.objects.filter(consultation=consultation, role=Message.Role.OWNER)
    newest = owners.order_by("-seq").values_list("text", flat=True)[:TURNS_REMEMBERED]
    pet = consultation.pet
    vaccines = MedicalRecord.objects.filter(pet=pet, kind=MedicalRecord.Kind.VACCINE)
    facts = _facts(pet, timezone.now(), vaccines.exists())
    return assess_heard(Heard(text, facts, tuple(reversed(newest))))


def _facts(pet: Pet, day: datetime, has_vaccine: bool) -> PetFacts:
    return PetFacts(
        species=pet.species,
        sex=None if pet.sex == Pet.Sex.UNKNOWN else pet.sex,
        is_neutered=pet.is_neutered,
        age_months=pet.age_in_months(timezone.localdate(day)),
        weight_kg=float(pet.weight_kg) if pet.weight_kg is not None else None,
        breed=pet.breed,
        conditions=tuple(pet.conditions),
        is_vaccinated=True if has_vaccine else None,
    )
