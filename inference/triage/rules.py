"""The rule book: read from the files of `book`, which a vet can read too.

A rule fires on one of its `signs` (see `signs` for how they are written), or when every one of
its `parts` is found, in any order and over several turns. Look-alikes are blanked out before.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from inference.triage.signs import compile_lookalike, compile_sign, fill, word_lists
from inference.triage.types import PetFacts, worse

FOLDER = Path(__file__).with_name("book")
SECTIONS = ("airway", "nerves", "belly", "toxins", "injury", "small", "likeness")
YOUNG_MONTHS = 6
OLD_MONTHS = 96
TINY_KG = 3


@dataclass(frozen=True)
class Modifier:
    """A fact of the pet that makes the same sign more dangerous."""

    urgency: str
    facts: tuple[tuple[str, Any], ...]

    def fits(self, pet: PetFacts) -> bool:
        return all(_holds(name, value, pet) for name, value in self.facts)


@dataclass(frozen=True)
class Rule:
    """One red flag, ready to be matched. `source` is its entry as the book has it."""

    id: str
    section: str
    category: str
    urgency: str
    species: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    parts: tuple[re.Pattern[str], ...]
    lookalikes: re.Pattern[str] | None
    modifiers: tuple[Modifier, ...]
    only: tuple[tuple[str, Any], ...]
    why: str
    advice: str
    now: tuple[str, ...]
    avoid: tuple[str, ...]
    is_over_turns: bool = False

    def fits(self, pet: PetFacts, named: frozenset[str] = frozenset()) -> bool:
        """Whether the rule is for this animal, or for one that the message names."""
        if self.species and pet.species not in self.species and named.isdisjoint(self.species):
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

    def named(self, rule_id: str) -> Rule:
        return next(rule for rule in self.rules if rule.id == rule_id)

    def likeness(self, urgency: str) -> Rule | None:
        """What to say of a danger that no sign names; None where it needs no word."""
        return next((rule for rule in self.rules if rule.id == f"like_{urgency}"), None)


@cache
def shipped() -> dict[str, Any]:
    """The files of the book: words, advice, and the rules' entries by id, with their section."""
    book: dict[str, Any] = yaml.safe_load((FOLDER / "words.yaml").read_bytes())
    book["advice"] = yaml.safe_load((FOLDER / "advice.yaml").read_bytes())
    book["rules"] = {}
    for section in SECTIONS:
        for entry in yaml.safe_load((FOLDER / f"{section}.yaml").read_bytes()):
            book["rules"][entry["id"]] = {**entry, "section": section}
    return book


@cache
def load_rules() -> RuleBook:
    """The shipped book, once a process. Raises on a rule that cannot be read: a test loads it."""
    return build(shipped()["rules"].values())


def build(entries: Iterable[Mapping[str, Any]]) -> RuleBook:
    """A book of these entries, with the shipped words and advice. Raises SignError."""
    book = shipped()
    listed = list(entries)
    words = word_lists(book["words"])
    return RuleBook(
        version=version_of(listed),
        rules=tuple(_rule(entry, words, book["advice"]) for entry in listed),
        medical=re.compile(fill(book["medical"], words)),
        raises=tuple(book["raises"]),
    )


def rule_of(entry: Mapping[str, Any]) -> Rule:
    """The rule of one entry. Raises SignError, re.error, KeyError."""
    book = shipped()
    return _rule(entry, word_lists(book["words"]), book["advice"])


def version_of(entries: Iterable[Mapping[str, Any]]) -> str:
    """Twelve letters that change with any word of the rules, of the word lists, or the advice."""
    book = shipped()
    whole = [list(entries), book["words"], book["advice"], book["medical"]]
    return hashlib.sha256(yaml.safe_dump(whole, allow_unicode=True).encode()).hexdigest()[:12]


def _rule(entry: Mapping[str, Any], words: Mapping[str, str], advice: dict[str, Any]) -> Rule:
    lookalikes = entry.get("lookalikes", [])
    group = advice[entry["advice"]]
    return Rule(
        id=entry["id"],
        section=entry["section"],
        category=entry["category"],
        urgency=entry["urgency"],
        species=tuple(entry.get("species", ())),
        patterns=tuple(compile_sign(sign, words) for sign in entry.get("signs", [])),
        parts=tuple(compile_sign(part, words) for part in entry.get("parts", [])),
        lookalikes=re.compile("|".join(compile_lookalike(x, words) for x in lookalikes))
        if lookalikes
        else None,
        modifiers=tuple(_modifier(raw) for raw in entry.get("raised_by", [])),
        only=tuple(entry.get("only", {}).items()),
        why=entry["why"],
        advice=entry["advice"],
        now=tuple(entry.get("now", group["now"])),
        avoid=tuple(entry.get("avoid", group["avoid"])),
        is_over_turns=entry.get("is_over_turns", False),
    )


def _modifier(raw: Mapping[str, Any]) -> Modifier:
    facts = {key: value for key, value in raw.items() if key != "to"}
    return Modifier(raw["to"], tuple(facts.items()))


def _holds(name: str, value: Any, pet: PetFacts) -> bool:
    """Whether a fact named in the book is true of this pet; an unknown fact is not."""
    if name == "young":
        return pet.age_months is not None and pet.age_months < YOUNG_MONTHS
    if name == "old":
        return pet.age_months is not None and pet.age_months >= OLD_MONTHS
    if name == "tiny":
        return pet.weight_kg is not None and pet.weight_kg < TINY_KG
    if name == "condition":
        return any(re.search(value, condition) for condition in pet.conditions)
    if name == "breed":
        return bool(re.search(value, pet.breed))
    if name == "species":
        return pet.species in value
    return bool(getattr(pet, name) == value)
