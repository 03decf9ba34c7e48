"""A vet's corrections as evaluation cases: made with one click, and named after nobody."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from inference.masking import NAME, mask
from profiles.models import Consent, User
from profiles.services import has_consent
from soap import access
from soap.draft import Animal, Talk
from soap.evaluation.corrected import facts_of
from soap.holding import reviewable
from soap.models import AccessLog, NoteCase, SoapNote
from soap.reading import standing_text
from soap.workflow import conversation

AT_ONCE = 200
# In place of the pet's name, so that particles fit: after a vowel, after a consonant.
STAND_INS = ("나무", "구름")
_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28


class NotSigned(Refusal):
    status = HTTPStatus.CONFLICT
    code = "case_of_unapproved_note"
    message = _("승인한 노트만 평가 사례로 만들 수 있어요.")


class NoPermissionOfOwner(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "case_without_consent"
    message = _("보호자가 수의사 검토에 동의하지 않은 노트라 평가 사례로 만들 수 없어요.")


class NothingCorrected(Refusal):
    status = HTTPStatus.CONFLICT
    code = "case_without_correction"
    message = _("초안에서 고친 곳이 없는 노트예요. 고친 항목이 있어야 평가 사례가 돼요.")


class NothingSaid(Refusal):
    status = HTTPStatus.CONFLICT
    code = "case_without_dialogue"
    message = _("상담 대화가 남아 있지 않아 평가 사례로 만들 수 없어요.")


@dataclass(frozen=True)
class Nameless:
    """Puts texts into words that name nobody. `pet` is what the pet is called in them."""

    pet: str
    _pets_name: str
    _others: tuple[str, ...]

    def __call__(self, text: str) -> str:
        without_pet = mask(text, [self._pets_name]).replace(NAME, self.pet)
        return mask(without_pet, self._others)


@transaction.atomic
def make_case(*, note: SoapNote, vet: User, address: str | None = None) -> NoteCase:
    """The one case of this note, with the facts that stand now. Raises NotSigned,
    NoPermissionOfOwner, NothingCorrected, NothingSaid, NoteTaken, PermissionDenied."""
    locked = reviewable(note, vet)
    _check(locked)
    talk = _talk(locked)
    nameless = _nameless(locked, vet)
    now = {"dialogue": _dialogue(talk, nameless), "facts": _facts(locked, nameless)}
    case, _is_new = NoteCase.objects.update_or_create(
        note=locked, defaults=now, create_defaults={**now, "created_by": vet}
    )
    access.log(
        note=locked, actor=vet, action=AccessLog.Action.COPY, address=address, detail=str(case)
    )
    return case


def is_corrected(note: SoapNote) -> bool:
    """Whether a vet's text stands in it, signed: then it can become a case."""
    sections = note.sections.prefetch_related("amendments")
    return note.is_locked and any(
        standing_text(section) != section.drafted_text for section in sections
    )


def export() -> Iterator[str]:
    """Every case as a line of JSON, the oldest first."""
    for case in NoteCase.objects.order_by("pk").iterator(chunk_size=AT_ONCE):
        yield json.dumps(case.as_line(), ensure_ascii=False) + "\n"


def _check(note: SoapNote) -> None:
    if not note.is_locked:
        raise NotSigned
    agrees = has_consent(user=note.owner, kind=Consent.Kind.VET_REVIEW)
    if note.offered_at is None or not agrees:
        raise NoPermissionOfOwner
    if not is_corrected(note):
        raise NothingCorrected


def _talk(note: SoapNote) -> Talk:
    try:
        talk = conversation.read(note.consultation_id)
    except conversation.NotEndedError as error:
        raise NothingSaid from error
    if talk is None:
        raise NothingSaid
    return talk


def _nameless(note: SoapNote, vet: User) -> Nameless:
    """Without the names of the owner, of all the owner's animals, and of the vets."""
    people = [note.owner, vet, note.approved_by]
    pets = note.owner.pets.exclude(pk=note.pet_id).values_list("name", flat=True)
    others = [*(person.name for person in people if person is not None), *pets]
    return Nameless(_stand_in(note.pet.name), note.pet.name, tuple(others))


def _stand_in(name: str) -> str:
    last = ord(name.strip()[-1:] or "무")
    is_consonant = _FIRST <= last <= _LAST and (last - _FIRST) % _FINALS != 0
    return STAND_INS[is_consonant]


def _dialogue(talk: Talk, nameless: Nameless) -> dict[str, Any]:
    turns = [{"role": one.role, "text": nameless(one.text)} for one in talk.said]
    return {"pet_profile": _profile(talk.animal, nameless), "turns": turns}


def _profile(animal: Animal, nameless: Nameless) -> dict[str, Any]:
    lists = {"meds": animal.medicines, "allergies": animal.allergies}
    return {
        "name": nameless.pet,
        "species": animal.species,
        "breed": nameless(animal.breed),
        "sex": animal.sex,
        "neutered": animal.is_neutered,
        "age": None if animal.age_months is None else f"{animal.age_months}개월",
        "weight_kg": animal.weight_kg,
        **{name: [nameless(one) for one in given] for name, given in lists.items()},
        "conditions": [nameless(one) for one in animal.conditions],
    }


def _facts(note: SoapNote, nameless: Nameless) -> dict[str, object]:
    sections = list(note.sections.prefetch_related("amendments"))
    drafted = {one.kind: _lines(one.drafted_text, nameless) for one in sections}
    approved = {one.kind: _lines(standing_text(one), nameless) for one in sections}
    return facts_of(drafted, approved, [nameless.pet])


def _lines(text: str, nameless: Callable[[str], str]) -> list[str]:
    return [nameless(line) for line in text.splitlines() if line.strip()]
