"""Breeds by the names that Korean owners use, found by part of a name however it is spaced."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

NAMES = Path(__file__).parent / "breeds.yaml"
MOST_FOUND = 12


@dataclass(frozen=True)
class Breed:
    name: str
    also: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Beside the name, so that a browser's own search finds the other spellings too."""
        squeezed = self.name.replace(" ", "")
        return ", ".join([*self.also, *([squeezed] if squeezed != self.name else [])])


@cache
def by_species() -> dict[str, list[Breed]]:
    given: dict[str, list[str]] = yaml.safe_load(NAMES.read_text(encoding="utf-8"))
    return {species: [_read(entry) for entry in entries] for species, entries in given.items()}


def find(species: str, part: str) -> list[Breed]:
    """Breeds whose name holds `part`; those that begin with it come first."""
    wanted = _squeezed(part)
    if not wanted:
        return []
    found = [
        (min(places), order, breed)
        for order, breed in enumerate(by_species().get(species, []))
        if (places := [at for name in _names(breed) if (at := name.find(wanted)) >= 0])
    ]
    return [breed for _at, _order, breed in sorted(found, key=lambda one: one[:2])][:MOST_FOUND]


def named(species: str, text: str) -> str:
    """The usual spelling of a breed that was typed in another; what is unknown stays as it is."""
    wanted = _squeezed(text)
    for breed in by_species().get(species, []):
        if wanted in _names(breed):
            return breed.name
    return text


def _read(entry: str) -> Breed:
    name, *also = (part.strip() for part in entry.split("|"))
    return Breed(name, tuple(also))


def _names(breed: Breed) -> list[str]:
    return [_squeezed(name) for name in (breed.name, *breed.also)]


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()
