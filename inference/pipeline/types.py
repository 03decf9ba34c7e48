"""What the stages hand to each other: frozen values, and the timeline of a run."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from inference.llm.base import Material, Turn


@dataclass(frozen=True)
class Question:
    """A message to be answered, as its job was claimed."""

    job_id: UUID
    fence: int
    reply_id: UUID
    message_id: UUID
    consultation_id: UUID
    owner_id: UUID
    pet_id: UUID
    text: str
    seq: int
    species: str
    urgency: str
    reasons: tuple[str, ...]
    allows_overseas: bool
    is_again: bool


@dataclass(frozen=True)
class Facts:
    """What a cached answer depends on besides the question: gathered first and cheaply."""

    profile: tuple[str, ...]
    records: tuple[str, ...]
    turns: tuple[Turn, ...]
    library: str


@dataclass(frozen=True)
class Context:
    """The owner's side of the prompt."""

    profile: tuple[str, ...]
    records: tuple[str, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Evidence:
    """What the library gave. `is_default` when the search failed and nothing was looked up."""

    materials: tuple[Material, ...] = ()
    is_default: bool = False
    is_lexical_only: bool = False

    @property
    def is_degraded(self) -> bool:
        """Whether a part was missing that will be back: such an answer is not kept."""
        return self.is_default or self.is_lexical_only


@dataclass(frozen=True)
class Source:
    """A passage that the answer cites as `[number]`."""

    number: int
    passage: int
    title: str
    section: str
    heading: str

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "passage": self.passage,
            "title": self.title,
            "section": self.section,
            "heading": self.heading,
        }


@dataclass(frozen=True)
class Reply:
    """A finished answer. `status` is one of the message's. `is_degraded` when a search half or
    the chosen model was missing: good enough to send, not to be kept."""

    text: str
    sources: tuple[Source, ...]
    responder: str
    model: str
    prompt_version: str
    status: str = "complete"
    is_cached: bool = False
    is_degraded: bool = False


@dataclass
class Timeline:
    """The steps of one run, in order: name, outcome, milliseconds, error, detail."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Time a step. An exception is noted and goes on; `entry` takes a detail."""
        entry: dict[str, Any] = {"name": name, "outcome": "ok"}
        self.steps.append(entry)
        start = time.monotonic()
        try:
            yield entry
        except Exception as error:
            entry["outcome"] = "error"
            entry["error"] = f"{type(error).__name__}: {error}"[:200]
            raise
        finally:
            entry["ms"] = round((time.monotonic() - start) * 1000, 1)

    def mark(self, name: str) -> None:
        """Note a step that cannot time itself: the storing of the timeline."""
        self.steps.append({"name": name, "outcome": "ok"})

    @property
    def milliseconds(self) -> int:
        return round((time.monotonic() - self.begun) * 1000)
