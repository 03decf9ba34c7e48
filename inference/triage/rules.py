"""The rule book: read from `rules.yaml`, which a vet can read too.

A rule fires on one of its `signs` (regular expressions over a squeezed sentence; `{name}` is
a word list of the book). `parts` is a list of expressions that must all be found, in any
order and over several turns. Look-alikes are blanked out before matching.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from inference.triage.types import PetFacts, worse

FILE = Path(__file__).with_name("rules.yaml")
YOUNG_MONTHS = 6
SMALL = ("hamster", "guinea_pig", "rabbit", "bird", "ferret", "reptile")


@dataclass(frozen=True)
class Modifier:
    """A fact of the pet that makes the same sign more dangerous."""

    urgency: str
    facts: tuple[tuple[str, Any], ...]

    def fits(self, pet: PetFacts) -> bool:
        return all(_holds(name, value, pet) for name, value in self.facts)


@dataclass(frozen=True)
class Rule:
    id: str
    category: str
    urgency: str
    species: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    parts: tuple[re.Pattern[str], ...]
    lookalikes: re.Pattern[str] | None
    modifiers: tuple[Modifier, ...]
    only: tuple[tuple[str, Any], ...]
    why: str
    now: tuple[str, ...]
    avoid: tuple[str, ...]
    is_denial: bool = False
    counts_past: bool = False

    @property
    def is_split(self) -> bool:
        return bool(self.parts)

    def fits(self, pet: PetFacts) -> bool:
        if self.species and pet.species not in self.species:
            return False
        return all(_holds(name, value, pet) for name, value in self.only)

    def urgency_for(self, pet: PetFacts) -> str:
        found = self.urgency
        for modifier in self.modifiers:
            if modifier.fits(pet):
                found = worse(found, modifier.urgency)
        return found

    def without_lookalikes(self, text: str) -> str:
        if self.lookalikes is None:
            return text
        return self.lookalikes.sub(lambda match: "·" * len(match.group(0)), text)


@dataclass(frozen=True)
class RuleBook:
    version: str
    rules: tuple[Rule, ...]
    medical: re.Pattern[str]
    raises: tuple[str, ...]


@cache
def load_rules(file: Path = FILE) -> RuleBook:
    """Read the book once a process. Raises on a rule that does not compile: a test loads it."""
    raw = file.read_bytes()
    book = yaml.safe_load(raw)
    words = _expand_words(book["words"])
    advice = book["advice"]
    return RuleBook(
        version=hashlib.sha256(raw).hexdigest()[:12],
        rules=tuple(_rule(entry, words, advice) for entry in book["rules"]),
        medical=re.compile(_fill(book["medical"], words)),
        raises=tuple(book["raises"]),
    )


def _rule(entry: dict[str, Any], words: dict[str, str], advice: dict[str, Any]) -> Rule:
    lookalikes = entry.get("lookalikes", [])
    group = advice[entry["advice"]]
    return Rule(
        id=entry["id"],
        category=entry["category"],
        urgency=entry["urgency"],
        species=tuple(entry.get("species", ())),
        patterns=_compiled(entry.get("signs", []), words),
        parts=_compiled(entry.get("parts", []), words),
        lookalikes=re.compile("|".join(_fill(x, words) for x in lookalikes))
        if lookalikes
        else None,
        modifiers=tuple(_modifier(raw) for raw in entry.get("raised_by", [])),
        only=tuple(entry.get("only", {}).items()),
        why=entry["why"],
        now=tuple(entry.get("now", group["now"])),
        avoid=tuple(entry.get("avoid", group["avoid"])),
        is_denial=entry.get("is_denial", False),
        counts_past=entry.get("counts_past", False),
    )


def _modifier(raw: dict[str, Any]) -> Modifier:
    facts = {key: value for key, value in raw.items() if key != "to"}
    return Modifier(raw["to"], tuple(facts.items()))


def _compiled(patterns: list[str], words: dict[str, str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_fill(pattern, words)) for pattern in patterns)


def _expand_words(raw: dict[str, str]) -> dict[str, str]:
    """Word lists may use lists that stand above them."""
    found: dict[str, str] = {}
    for name, pattern in raw.items():
        found[name] = f"(?:{_fill(pattern, found)})"
    return found


def _fill(pattern: str, words: dict[str, str]) -> str:
    for name, alternatives in words.items():
        pattern = pattern.replace(f"{{{name}}}", alternatives)
    return pattern


def _holds(name: str, value: Any, pet: PetFacts) -> bool:
    """Whether a fact named in the book is true of this pet; an unknown fact is not."""
    if name == "young":
        return pet.age_months is not None and pet.age_months < YOUNG_MONTHS
    if name == "old":
        return pet.age_months is not None and pet.age_months >= 96
    if name == "tiny":
        return pet.weight_kg is not None and pet.weight_kg < 3
    if name == "condition":
        return any(re.search(value, condition) for condition in pet.conditions)
    if name == "breed":
        return bool(re.search(value, pet.breed))
    if name == "species":
        return pet.species in value
    return bool(getattr(pet, name) == value)
