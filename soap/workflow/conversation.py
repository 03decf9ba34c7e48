"""대화 내용 조회 → 메시지 존재?: what was said in a consultation, as the note is written from it."""

from collections.abc import Iterator
from uuid import UUID

from chat.models import Consultation, Message, Upload
from chat.reading import standing
from inference.models import InferenceJob, TriageResult
from profiles.models import Pet
from soap.draft import Animal, Finding, Said, Talk

UNFINISHED = (InferenceJob.Status.QUEUED, InferenceJob.Status.RUNNING)


class NotEndedError(Exception):
    """기타 이벤트: the consultation goes on, so no note is due."""


def read(consultation_id: UUID) -> Talk | None:
    """The talk of an ended consultation; None when its owner said nothing. Raises NotEndedError."""
    rows = Consultation.objects.select_related("pet")
    consultation = rows.get(pk=consultation_id)
    if consultation.is_open:
        raise NotEndedError
    messages = consultation.messages.select_related("triage").prefetch_related("photos")
    said = standing(messages.order_by("seq"))
    told = [one for one in said if one.text.strip() and one.status != Message.Status.FAILED]
    if not any(one.role == Message.Role.OWNER for one in told):
        return None
    return Talk(
        animal=animal_of(consultation.pet),
        said=tuple(map(_said, told)),
        urgency=consultation.urgency,
        findings=tuple(finding for one in told for finding in _findings(one)),
        sources=tuple(dict.fromkeys(title for one in told for title in _titles(one))),
        ended_at=consultation.ended_at,
    )


def is_still_answered(consultation_id: UUID) -> bool:
    """Whether a reply is still being written: the note waits for it."""
    jobs = InferenceJob.objects.filter(message__consultation=consultation_id)
    return jobs.filter(status__in=UNFINISHED).exists()


def animal_of(pet: Pet) -> Animal:
    return Animal(
        name=pet.name,
        species=pet.species,
        breed=pet.breed,
        sex="" if pet.sex == Pet.Sex.UNKNOWN else pet.sex,
        is_neutered=pet.is_neutered,
        age_months=pet.age_in_months(),
        weight_kg=float(pet.weight_kg) if pet.weight_kg is not None else None,
        medicines=tuple(pet.medicines),
        allergies=tuple(pet.allergies),
        conditions=tuple(pet.conditions),
    )


def _said(message: Message) -> Said:
    return Said(
        id=str(message.pk),
        role=message.role,
        text=message.text,
        at=message.created_at,
        is_transcript=message.kind == Message.Kind.AUDIO_TRANSCRIPT,
        photos=tuple(
            (str(photo.pk), photo.get_body_part_display() if photo.body_part else "")
            for photo in message.photos.all()
            if photo.status == Upload.Status.READY
        ),
    )


def _findings(message: Message) -> Iterator[Finding]:
    """What triage saw in this message of this pet; a mere "what if" is no finding."""
    triage: TriageResult | None = getattr(message, "triage", None)
    if triage is None or triage.is_third_party or triage.is_question:
        return
    for found in triage.findings:
        yield Finding(str(message.pk), found["urgency"], found["category"], found["why"])


def _titles(message: Message) -> Iterator[str]:
    for source in message.facts.get("sources", ()):
        yield source["title"]
