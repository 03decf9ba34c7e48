"""What is due for a pet: proposed by the schedule, taken up by its owner, done, and due again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles import schedule
from profiles.models import LONGEST_LIFE, Care, MedicalRecord, Pet
from profiles.schedule import Entry

# A dose that should have been given so long ago is one that was given, or another plan.
COURSE_GRACE = timedelta(days=14)
FARTHEST = timedelta(days=365 * 5)


class CareOpen(Refusal):
    status = HTTPStatus.CONFLICT
    code = "care_open"
    message = _("이미 일정에 있어요.")


class CareUnknown(Refusal):
    code = "care_unknown"
    message = _("권장 일정에 없는 항목이에요.")


@dataclass(frozen=True)
class Proposal:
    """An entry of the schedule that is not among a pet's rows."""

    entry: Entry
    due_on: date
    every_days: int | None
    last_on: date | None = None
    """When it was done last, as far as it is known."""

    @property
    def code(self) -> str:
        return self.entry.code

    @property
    def kind(self) -> str:
        return self.entry.kind

    @property
    def title(self) -> str:
        return self.entry.title

    @property
    def note(self) -> str:
        return self.entry.note


def check_due_on(value: date) -> None:
    if abs(value - timezone.localdate()) > FARTHEST:
        raise ValidationError(_("예정일을 다시 확인해 주세요."))


def check_done_on(value: date) -> None:
    today = timezone.localdate()
    if not today - LONGEST_LIFE <= value <= today:
        raise ValidationError(_("한 날을 다시 확인해 주세요."))


def proposals(pet: Pet) -> list[Proposal]:
    """What the schedule holds for this pet and its owner has not taken up, the soonest first."""
    taken = set(Care.objects.filter(pet=pet).exclude(code="").values_list("code", flat=True))
    awaited = {one.then for code in taken if (one := schedule.find(code)) and one.then}
    records = list(pet.records.filter(happened_on__isnull=False).order_by("-happened_on"))
    entries = [one for one in schedule.entries_of(pet.species) if one.code not in taken | awaited]
    found = [made for entry in entries if (made := _proposed(pet, entry, records))]
    return sorted(found, key=lambda one: one.due_on)


@transaction.atomic
def accept(*, pet: Pet, last_on: Mapping[str, date | None]) -> list[Care]:
    """Take proposals up by their codes, each with the day on which it was done last, if known.

    What is not proposed any more is left out.
    """
    _lock(pet)
    chosen = [one for one in proposals(pet) if one.code in last_on]
    return [_taken_up(pet, one, last_on[one.code]) for one in chosen]


@transaction.atomic
def add(*, pet: Pet, facts: Mapping[str, Any]) -> Care:
    """Raises CareOpen, CareUnknown."""
    code = facts.get("code", "")
    if code and code not in {one.code for one in schedule.entries_of(pet.species)}:
        raise CareUnknown
    _lock(pet)
    try:
        with transaction.atomic():
            return Care.objects.create(pet=pet, **facts)
    except IntegrityError as error:
        raise CareOpen from error


@transaction.atomic
def change(*, care: Care, facts: Mapping[str, Any]) -> Care:
    """Another day is told anew."""
    row = Care.objects.select_for_update().get(pk=care.pk)
    if facts.get("due_on", row.due_on) != row.due_on:
        row.reminded_on = None
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    return row


@transaction.atomic
def finish(*, care: Care, done_on: date) -> Care | None:
    """Note that it was done; what comes again is due again. A second call changes nothing.

    Returns the next row, if there is one.
    """
    _lock(care.pet)
    if not Care.objects.filter(pk=care.pk, done_on=None).update(done_on=done_on):
        return None
    care.done_on = done_on
    entry = schedule.find(care.code) if care.code else None
    if entry and entry.then:
        return _after_a_course(care, entry, done_on)
    if not care.every_days:
        return None
    every = _interval(care, entry, done_on)
    return _again(care, due_on=done_on + timedelta(days=every), every_days=every)


@transaction.atomic
def skip(*, care: Care) -> Care | None:
    """Not this time: due again after its interval. What does not come again is taken off."""
    row = Care.objects.select_for_update().get(pk=care.pk)
    if row.done_on:
        return row
    if not row.every_days:
        row.delete()
        return None
    row.due_on = max(row.due_on, timezone.localdate()) + timedelta(days=row.every_days)
    row.reminded_on = None
    row.save(update_fields=["due_on", "reminded_on"])
    return row


def _proposed(pet: Pet, entry: Entry, records: Iterable[MedicalRecord]) -> Proposal | None:
    today = timezone.localdate()
    starts_on = pet.birth_date + timedelta(weeks=entry.weeks) if pet.birth_date else None
    if entry.is_dose_of_a_course:
        is_ahead = starts_on is not None and starts_on >= today - COURSE_GRACE
        return Proposal(entry, max(starts_on, today), None) if starts_on and is_ahead else None
    if starts_on and starts_on > today + timedelta(days=365):
        return None
    every = entry.every_days_at(pet.age_in_months()) or 0
    last = next((one.happened_on for one in records if _tells_of(one, entry)), None)
    soonest = last + timedelta(days=every) if last else starts_on
    return Proposal(entry, max(soonest or today, today), every, last)


def _tells_of(record: MedicalRecord, entry: Entry) -> bool:
    title = "".join(record.title.split()).casefold()
    return any("".join(word.split()).casefold() in title for word in entry.words)


def _lock(pet: Pet) -> None:
    """One at a time: at most one row of a code is open."""
    Pet.objects.select_for_update().get(pk=pet.pk)


def _taken_up(pet: Pet, proposal: Proposal, last_on: date | None) -> Care:
    """A last time that was told is history; the next one follows from it."""
    due_on, every = proposal.due_on, proposal.every_days
    facts = {"kind": proposal.kind, "code": proposal.code, "title": proposal.title}
    if last_on and every:
        Care.objects.create(pet=pet, **facts, due_on=last_on, done_on=last_on, every_days=every)
        due_on = max(last_on + timedelta(days=every), timezone.localdate())
    return Care.objects.create(pet=pet, **facts, due_on=due_on, every_days=every)


def _interval(care: Care, entry: Entry | None, done_on: date) -> int:
    """The owner's own interval; where it is the schedule's, that of the pet's age."""
    own = care.every_days or 0
    if entry is None or own not in {entry.every_days, *entry.from_years.values()}:
        return own
    return entry.every_days_at(care.pet.age_in_months(done_on)) or own


def _after_a_course(care: Care, last_dose: Entry, done_on: date) -> Care | None:
    entry = schedule.find(last_dose.then)
    if entry is None or Care.objects.filter(pet=care.pet, code=entry.code).exists():
        return None
    every = entry.every_days_at(care.pet.age_in_months(done_on)) or 0
    due_on = done_on + timedelta(days=every)
    return _again(care, due_on=due_on, every_days=every, code=entry.code, title=entry.title)


def _again(care: Care, **changes: Any) -> Care:
    kept = ("kind", "code", "title", "remind_days", "is_reminded")
    return Care.objects.create(
        pet=care.pet, **{**{name: getattr(care, name) for name in kept}, **changes}
    )
