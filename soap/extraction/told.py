"""Everything that was read of a talk: facts, what was denied, what is past."""

from dataclasses import dataclass, field

from soap.extraction.merging import Fact


@dataclass
class Told:
    """Everything that was read, oldest first."""

    facts: list[Fact] = field(default_factory=list)
    denied: list[tuple[str, str]] = field(default_factory=list)
    past: list[Fact] = field(default_factory=list)
    others: frozenset[str] = frozenset()
    since: str = ""
    """The answer to "since when", if that was asked."""

    @property
    def subjective(self) -> list[Fact]:
        return [fact for fact in self.facts if fact.section == "S"]

    @property
    def objective(self) -> list[Fact]:
        return [fact for fact in self.facts if fact.section == "O"]

    @property
    def signs(self) -> list[str]:
        """The names of what this pet has now, in the order in which it was told."""
        held = (name for fact in self.facts for name in fact.signs)
        return list(dict.fromkeys(held))

    @property
    def denied_signs(self) -> list[str]:
        """Denied and nowhere affirmed."""
        held = self.signs
        return [name for name in dict.fromkeys(name for name, _ in self.denied) if name not in held]
