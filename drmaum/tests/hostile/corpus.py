"""The corpus of hostile inputs: one file a surface, one input a value, in the words of YAML.

A group names where its inputs go (`to`), what is sent besides (`with`), and lists values by the name
of the field that holds them (`each`), or whole inputs (`raw`). `!repeat [text, times]` is what is
too long to be written out. `{pets}`, `{consultations}` and the like stand for ids of the owner's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


class Reader(yaml.SafeLoader):
    """Plain YAML with one word more."""


Reader.add_constructor(
    "!repeat",
    lambda reader, node: (lambda text, times: text * times)(
        *reader.construct_sequence(node, deep=True)
    ),
)


@dataclass(frozen=True)
class Input:
    """One hostile value on its way in. `taken`: harmless, may be answered with success."""

    to: str
    name: str
    value: Any
    given: dict[str, Any] = field(default_factory=dict)
    taken: bool = False

    @property
    def body(self) -> dict[str, Any]:
        return {**self.given, self.name: self.value}

    def __str__(self) -> str:
        shown = repr(self.value)
        return f"{self.to} {self.name}={shown[:70]}"


def inputs(surface: str) -> list[Input]:
    groups = yaml.load((FOLDER / f"{surface}.yaml").read_text(encoding="utf-8"), Reader)  # noqa: S506
    return [one for group in groups for one in _of(group)]


def surfaces() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.yaml"))


def _of(group: dict[str, Any]) -> Iterator[Input]:
    given, to = group.get("with", {}), group.get("to", "")
    for key, taken in (("each", False), ("taken", True)):
        for name, values in group.get(key, {}).items():
            for value in values:
                yield Input(to, name, value, given, taken)
    for value in group.get("raw", ()):
        yield Input(to, "raw", value, given)


def filled(template: Any, known: dict[str, list[Any]]) -> Any:
    """The same with real ids in their places."""
    if isinstance(template, str):
        for kind, ids in known.items():
            template = template.replace(f"{{{kind}}}", str(ids[0]))
        return template
    if isinstance(template, dict):
        return {filled(name, known): filled(one, known) for name, one in template.items()}
    if isinstance(template, list):
        return [filled(one, known) for one in template]
    return template
