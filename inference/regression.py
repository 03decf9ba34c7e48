"""The labelled cases: held against the rules of now, and read out without names."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from chat.models import Message, Urgency
from inference import rulebook
from inference.hearing import Heard, assess_heard, hear, with_background
from inference.masking import mask
from inference.models import TriageReview
from profiles.models import User

NEWEST = 500
AT_ONCE = 200


@dataclass(frozen=True)
class Miss:
    """A case that the rules of now read wrongly."""

    review: TriageReview
    now: str

    @property
    def now_display(self) -> str:
        return str(Urgency(self.now).label)


@dataclass(frozen=True)
class Regression:
    """How the rules of now do on the newest of all cases."""

    total: int
    checked: int
    misses: tuple[Miss, ...]

    @property
    def right(self) -> int:
        return self.checked - len(self.misses)


@dataclass(frozen=True)
class Case:
    """One labelled message, as it may leave the house."""

    id: str
    text: str
    species: str
    label: str
    accept: list[str]
    pet: dict[str, Any]
    history: list[str]


@dataclass(frozen=True)
class Exported:
    """`is_read_alike`: whether the rules say of the masked words what they say of the true ones."""

    case: Case
    is_read_alike: bool


def hold_cases(newest: int = NEWEST) -> Regression:
    """Ask the rules of now about the newest cases."""
    cases = TriageReview.objects.cases()
    checked = list(_heard_too(cases).order_by("-decided_at", "-pk")[:newest])
    book = rulebook.current()
    said = ((review, assess_heard(hear(review.message), book).urgency) for review in checked)
    misses = tuple(Miss(review, now) for review, now in said if now not in review.accept)
    return Regression(total=cases.count(), checked=len(checked), misses=misses)


def export_cases() -> Iterator[Exported]:
    """Every case, oldest decision first; its id names a day and a number, nobody."""
    pets = "message__consultation__owner__pets"
    cases = _heard_too(TriageReview.objects.cases()).prefetch_related(pets)
    book = rulebook.current()
    for review in cases.order_by("decided_at", "pk").iterator(chunk_size=AT_ONCE):
        true = hear(review.message)
        masked = _masked(true, review.message.consultation.owner)
        said = {assess_heard(heard, book).urgency for heard in (masked, true)}
        yield Exported(_case(review, masked), is_read_alike=len(said) == 1)


def _heard_too(cases: QuerySet[TriageReview]) -> QuerySet[TriageReview]:
    return cases.prefetch_related(Prefetch("message", with_background(Message.objects.all())))


def _masked(heard: Heard, owner: User) -> Heard:
    """Without the names of the owner and of all the owner's animals."""
    names = [owner.name, *(pet.name for pet in owner.pets.all())]
    conditions = tuple(mask(one, names) for one in heard.pet.conditions)
    return Heard(
        text=mask(heard.text, names),
        pet=replace(heard.pet, breed=mask(heard.pet.breed, names), conditions=conditions),
        earlier=tuple(mask(turn, names) for turn in heard.earlier),
    )


def _case(review: TriageReview, heard: Heard) -> Case:
    day = timezone.localdate(review.decided_at)
    known = {name: fact for name, fact in asdict(heard.pet).items() if fact not in (None, "", ())}
    return Case(
        id=f"review-{review.pk:05d}-{day:%Y%m%d}",
        text=heard.text,
        species=known.pop("species"),
        label=review.label,
        accept=review.accept,
        pet=known,
        history=list(heard.earlier),
    )
