"""What the stages hand to each other: frozen values, and the timeline of a run."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from inference.guard.watch import Grounds
from inference.llm.base import Account, Material, Photo, Request, Turn


@dataclass(frozen=True)
class Question:
    """A message to be answered, as its job was claimed. `version` counts answers to it."""

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
    version: int = 1
    is_stopped: bool = False
    photos: tuple[Photo, ...] = ()
    red_flags: tuple[str, ...] = ()

    @property
    def account(self) -> Account:
        return Account("answer", self.owner_id, self.consultation_id, self.job_id)


@dataclass(frozen=True)
class Fact:
    """One line about the pet: which field or row it is, how it is called, what it says."""

    key: str
    label: str
    text: str

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"


@dataclass(frozen=True)
class Facts:
    """What an answer depends on besides the question: gathered first and cheaply.

    `summary` stands for the turns that are too old to be given word by word.
    """

    profile: tuple[Fact, ...]
    records: tuple[Fact, ...]
    notes: tuple[Fact, ...]
    turns: tuple[Turn, ...]
    summary: str
    library: str
    is_personal: bool = True
    """Whether a free text of the owner's stands in them, or a name."""

    def own_words(self) -> tuple[str, ...]:
        """All that the owner told: numbers in it need no source."""
        lines = [str(fact) for fact in (*self.profile, *self.records, *self.notes)]
        return (*lines, *(turn.text for turn in self.turns if turn.role == "user"), self.summary)


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
class Assignment:
    """Everything that a model's answer is made and judged by, and when it must be done."""

    question: Question
    request: Request
    grounds: Grounds
    ends: float


@dataclass(frozen=True)
class Source:
    """A passage that the answer cites as `[number]`."""

    number: int
    passage: int
    title: str
    section: str
    heading: str
    label: str = ""

    def as_json(self) -> dict[str, Any]:
        return vars(self).copy()


@dataclass(frozen=True)
class Reply:
    """A finished answer. `status` is one of the message's. `is_degraded` when a search half or
    the chosen model was missing: good enough to send, not to be kept."""

    text: str
    sources: tuple[Source, ...]
    responder: str
    model: str
    prompt_version: str
    urgency: str = ""
    status: str = "complete"
    is_cached: bool = False
    is_degraded: bool = False
    won: float = 0.0
    """What the models cost; for a cached answer, what they would have cost again."""
    approved: int | None = None
    reviewer: str = ""
    reviewed_on: str = ""
