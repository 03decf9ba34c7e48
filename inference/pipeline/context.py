"""사용자 컨텍스트 수집: the pet's profile, its medical records, the talk so far."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from chat.models import Message
from inference.jobs import Claim
from inference.knowledge import private
from inference.knowledge.approved import approved_version
from inference.knowledge.index import library_version
from inference.memory.recall import history_before
from inference.pipeline.types import Fact, Facts, Question
from profiles.models import MedicalRecord, Pet

MOST_RECORDS = 20
MOST_NOTES_CHARACTERS = 200
MOST_NOTES = 3


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
        urgency=triage.graver if triage else "home",
        reasons=tuple(dict.fromkeys(finding["why"] for finding in findings)),
        red_flags=tuple(dict.fromkeys(finding["rule"] for finding in findings)),
        allows_overseas=claim.allows_overseas,
        is_again=claim.fence > 1,
        version=claim.job.version,
        is_stopped=claim.job.stop_asked_at is not None,
    )


def gather(question: Question) -> Facts:
    """All that shapes an answer besides the question: a few small reads, made once."""
    pet = Pet.objects.get(pk=question.pet_id)
    history = history_before(Message.objects.get(pk=question.message_id))
    records = tuple(_records(question))
    notes = tuple(_notes(question))
    has_free_text = bool(pet.allergies or pet.conditions or pet.medicines or pet.breed)
    return Facts(
        profile=tuple(describe(pet)),
        records=records,
        notes=notes,
        turns=history.turns,
        summary=history.summary,
        library=f"{library_version()} {approved_version()}",
        is_personal=has_free_text
        or bool(records or notes or history.turns)
        or pet.name in question.text,
    )


def describe(pet: Pet) -> Iterator[Fact]:
    """The profile as short Korean lines; unknown facts are left out."""
    yield Fact("species", _("종류"), pet.get_species_display())
    if pet.breed:
        yield Fact("breed", _("품종"), pet.breed)
    months = pet.age_in_months()
    if months is not None:
        years, rest = divmod(months, 12)
        age = f"{years}살 {rest}개월" if years else f"{rest}개월"
        yield Fact("birth_date", _("나이"), age)
    if pet.sex != Pet.Sex.UNKNOWN:
        yield Fact("sex", _("성별"), pet.get_sex_display())
    if pet.is_neutered is not None:
        yield Fact("is_neutered", _("중성화"), _("했음") if pet.is_neutered else _("안 했음"))
    if pet.weight_kg is not None:
        yield Fact("weight_kg", _("몸무게"), f"{pet.weight_kg.normalize():f}kg")
    for key, label, values in (
        ("allergies", _("알레르기"), pet.allergies),
        ("conditions", _("앓는 병"), pet.conditions),
        ("medicines", _("먹는 약"), pet.medicines),
    ):
        if values:
            yield Fact(key, label, ", ".join(values))


def _notes(question: Question) -> Iterator[Fact]:
    """What vets approved of earlier consultations of this pet, the newest first."""
    approved = private.approved_notes(owner_id=question.owner_id, pet_id=question.pet_id)
    for passage in approved.exclude(consultation=question.consultation_id)[:MOST_NOTES]:
        day = f"{passage.consultation.created_at:%Y-%m-%d}" if passage.consultation else ""
        yield Fact(str(passage.pk), _("수의사가 확인한 지난 노트 (%s)") % day, passage.text)


def _records(question: Question) -> Iterator[Fact]:
    records = MedicalRecord.objects.filter(pet=question.pet_id)[:MOST_RECORDS]
    for record in records:
        day = f" ({record.happened_on:%Y-%m-%d})" if record.happened_on else ""
        notes = f": {record.notes[:MOST_NOTES_CHARACTERS]}" if record.notes else ""
        yield Fact(str(record.pk), record.get_kind_display(), f"{record.title}{day}{notes}")
