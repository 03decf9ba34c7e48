"""What triage is told and what it says. Pure Python: no Django, no model, no network."""

from dataclasses import dataclass, field

ORDER = ("not_medical", "home", "soon", "urgent", "emergency")
# To be seen today or at once: nothing may calm, wait or come from a shelf.
DANGERS = ("urgent", "emergency")


def worse(first: str, second: str) -> str:
    """The more dangerous of two urgencies."""
    return max(first, second, key=ORDER.index)


@dataclass(frozen=True)
class PetFacts:
    """The registered pet, as far as it changes a danger. Unknown facts are None."""

    species: str = "dog"
    sex: str | None = None
    is_neutered: bool | None = None
    age_months: int | None = None
    weight_kg: float | None = None
    breed: str = ""
    conditions: tuple[str, ...] = ()
    is_vaccinated: bool | None = None
    is_pregnant: bool | None = None


@dataclass(frozen=True)
class Finding:
    """One sign of danger: which words showed it, and what to do about it."""

    rule: str
    category: str
    urgency: str
    words: str
    why: str
    now: tuple[str, ...]
    avoid: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """The urgency of one message, the findings behind it (worst first) and the rules' version.

    `is_question` is a "what if", `is_third_party` another person's animal: both get guidance,
    neither is an event in this pet's life.
    """

    urgency: str
    findings: tuple[Finding, ...] = ()
    is_question: bool = False
    is_third_party: bool = False
    version: str = ""
    raises: tuple[str, ...] = field(default=())
