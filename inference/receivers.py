"""Facts from chat that this app hears: rows are made in the transaction of the fact."""

from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.dispatch import receiver

from chat import services, signals
from chat.models import Message
from inference import jobs, tasks
from inference.models import TriageResult
from inference.triage.engine import assess
from inference.triage.types import Assessment, PetFacts
from profiles.models import MedicalRecord, Pet

EARLIER_TURNS = 3


@receiver(signals.message_sent)
def assess_and_enqueue(message: Message, **_: Any) -> None:
    """Danger first: the rules run here, in the request; then the promise of a reply."""
    assessment = assess(message.text, _facts_of(message.consultation.pet), _earlier(message))
    TriageResult.objects.create(
        message=message,
        urgency=assessment.urgency,
        findings=[asdict(finding) for finding in assessment.findings],
        is_question=assessment.is_question,
        is_third_party=assessment.is_third_party,
        rules_version=assessment.version,
    )
    services.record_triage(
        message=message,
        urgency=assessment.urgency,
        payload=_banner(assessment),
        is_of_this_pet=not assessment.is_third_party,
    )
    # After the commit: a finishing reply takes its job before the consultation, we the reverse.
    transaction.on_commit(partial(jobs.stop_superseded, message=message))
    job = jobs.create(message=message)
    transaction.on_commit(partial(tasks.enqueue, job.pk))


@receiver(signals.reply_stop_asked)
def stop_reply(consultation_id: UUID, reply_id: UUID | None, **_: Any) -> None:
    jobs.ask_stop(consultation_id=consultation_id, reply_id=reply_id)


def _facts_of(pet: Pet) -> PetFacts:
    vaccinated = MedicalRecord.objects.filter(pet=pet, kind=MedicalRecord.Kind.VACCINE).exists()
    return PetFacts(
        species=pet.species,
        sex=pet.sex,
        is_neutered=pet.is_neutered,
        age_months=pet.age_in_months(),
        weight_kg=float(pet.weight_kg) if pet.weight_kg is not None else None,
        breed=pet.breed,
        conditions=tuple(pet.conditions),
        is_vaccinated=True if vaccinated else None,
    )


def _earlier(message: Message) -> list[str]:
    """The owner's messages before this one, oldest first."""
    earlier = Message.objects.filter(
        consultation=message.consultation_id, role=Message.Role.OWNER, seq__lt=message.seq
    )
    newest = earlier.order_by("-seq").values_list("text", flat=True)[:EARLIER_TURNS]
    return list(reversed(newest))


def _banner(assessment: Assessment) -> dict[str, Any]:
    """What the banner shows: the worst finding's reason and advice, once each."""
    worst = [f for f in assessment.findings if f.urgency == assessment.urgency]
    return {
        "categories": list(dict.fromkeys(finding.category for finding in worst)),
        "why": list(dict.fromkeys(finding.why for finding in worst)),
        "words": [finding.words for finding in worst],
        "now": list(dict.fromkeys(line for finding in worst for line in finding.now)),
        "avoid": list(dict.fromkeys(line for finding in worst for line in finding.avoid)),
        "raises": list(assessment.raises),
        "is_question": assessment.is_question,
        "is_third_party": assessment.is_third_party,
        "is_signed": False,
    }
