"""사용자 컨텍스트 수집: the pet's profile, its medical records, the recent conversation."""

from django.utils.translation import gettext as _

from chat.models import Message
from inference.jobs import Claim
from inference.knowledge.index import library_version
from inference.llm.base import Turn
from inference.pipeline.types import Context, Facts, Question
from profiles.models import MedicalRecord, Pet

RECENT_MESSAGES = 12
RECENT_CHARACTERS = 6000
MOST_RECORDS = 20


def question_of(claim: Claim) -> Question:
    """The question that a claimed job asks."""
    message = claim.message
    triage = getattr(message, "triage", None)
    findings = triage.findings if triage else []
    return Question(
        job_id=claim.job.pk,
        fence=claim.fence,
        reply_id=claim.job.reply_id,
        message_id=message.pk,
        consultation_id=message.consultation_id,
        owner_id=message.consultation.owner_id,
        pet_id=message.consultation.pet_id,
        text=message.text,
        seq=message.seq,
        species=message.consultation.pet.species,
        urgency=triage.urgency if triage else "home",
        reasons=tuple(f"{finding['category']}: {finding['why']}" for finding in findings),
        allows_overseas=claim.allows_overseas,
        is_again=claim.fence > 1,
    )


def gather_facts(question: Question) -> Facts:
    """All that shapes an answer besides the question: four small reads, made once."""
    pet = Pet.objects.get(pk=question.pet_id)
    return Facts(
        profile=tuple(describe(pet)),
        records=tuple(_records(question)),
        turns=_recent_turns(question),
        library=library_version(),
    )


def gather(facts: Facts) -> Context:
    """The owner's side of the prompt, from the facts that the cache key already holds."""
    return Context(profile=facts.profile, records=facts.records, turns=facts.turns)


def _records(question: Question) -> list[str]:
    records = MedicalRecord.objects.filter(pet=question.pet_id)[:MOST_RECORDS]
    lines = []
    for record in records:
        day = f" ({record.happened_on:%Y-%m-%d})" if record.happened_on else ""
        notes = f": {record.notes[:200]}" if record.notes else ""
        lines.append(f"{record.get_kind_display()} - {record.title}{day}{notes}")
    return lines


def describe(pet: Pet) -> list[str]:
    """The profile as short Korean lines; unknown facts are left out."""
    lines = [f"{_('종류')}: {pet.get_species_display()}"]
    if pet.breed:
        lines.append(f"{_('품종')}: {pet.breed}")
    months = pet.age_in_months()
    if months is not None:
        years, rest = divmod(months, 12)
        age = f"{years}살 {rest}개월" if years else f"{rest}개월"
        lines.append(f"{_('나이')}: {age}")
    if pet.sex != Pet.Sex.UNKNOWN:
        lines.append(f"{_('성별')}: {pet.get_sex_display()}")
    if pet.is_neutered is not None:
        lines.append(f"{_('중성화')}: {'했음' if pet.is_neutered else '안 했음'}")
    if pet.weight_kg is not None:
        lines.append(f"{_('몸무게')}: {pet.weight_kg.normalize():f}kg")
    for label, values in (
        (_("알레르기"), pet.allergies),
        (_("앓는 병"), pet.conditions),
        (_("먹는 약"), pet.medicines),
    ):
        if values:
            lines.append(f"{label}: {', '.join(values)}")
    return lines


def _recent_turns(question: Question) -> tuple[Turn, ...]:
    """Earlier messages of the consultation, oldest first, as many as fit."""
    earlier = Message.objects.filter(
        consultation=question.consultation_id, seq__lt=question.seq
    ).exclude(status=Message.Status.FAILED)
    turns: list[Turn] = []
    budget = RECENT_CHARACTERS
    for message in earlier.order_by("-seq")[:RECENT_MESSAGES]:
        budget -= len(message.text)
        if budget < 0:
            break
        role = "user" if message.role == Message.Role.OWNER else "assistant"
        turns.append(Turn(role, message.text))
    return tuple(reversed(turns))
