"""What a consultation hands to the note, and what a note is before it is stored. Pure values."""

from dataclasses import dataclass, field
from datetime import datetime

SECTIONS = ("S", "O", "A", "P")
# The lines of the keyword block in their order; a database keeps none.
KEYWORDS = (
    "주증상", "기간", "종/나이/체중", "응급 신호", "복용약", "알레르기", "기저 질환",
    "없다고 한 증상", "과거력",
)  # fmt: skip
NOT_EXAMINED = "직접 검진 소견 없음"


@dataclass(frozen=True)
class Animal:
    """What is known of the pet. Weight in kg, age in whole months."""

    name: str
    species: str
    breed: str = ""
    sex: str = ""
    is_neutered: bool | None = None
    age_months: int | None = None
    weight_kg: float | None = None
    medicines: tuple[str, ...] = ()
    allergies: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """One message. `role` is "owner" or "assistant"; `id` leads back to it. `photos` are the ids
    of its photos with the names of the parts of the body that they show."""

    id: str
    role: str
    text: str
    at: datetime | None = None
    is_transcript: bool = False
    photos: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Finding:
    """A danger that triage saw, and in which message."""

    message: str
    urgency: str
    category: str
    why: str


@dataclass(frozen=True)
class Talk:
    """A whole consultation as the note is written from it, oldest message first. `sources` are
    the titles of articles that the answers cited."""

    animal: Animal
    said: tuple[Said, ...]
    urgency: str = ""
    findings: tuple[Finding, ...] = ()
    sources: tuple[str, ...] = ()
    ended_at: datetime | None = None

    @property
    def owners(self) -> tuple[Said, ...]:
        return tuple(one for one in self.said if one.role == "owner")

    @property
    def assistants(self) -> tuple[Said, ...]:
        return tuple(one for one in self.said if one.role == "assistant")


@dataclass(frozen=True)
class Evidence:
    """Where a sentence comes from. `kind` is message, audio, photo, profile, triage or source;
    `id` the message's, the photo's, or the name of the profile's field."""

    kind: str
    id: str
    label: str = ""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a note, with what carries it."""

    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Draft:
    """A note before it is stored. `keywords` are the lines of its block, by their Korean name;
    `dropped` counts sentences that nothing carried."""

    keywords: dict[str, str]
    sections: dict[str, tuple[Sentence, ...]]
    made_by: str
    is_default: bool = False
    prompt_version: str = ""
    dropped: int = 0
    denied: tuple[str, ...] = field(default=())

    def text_of(self, section: str) -> str:
        """One sentence a line."""
        return "\n".join(sentence.text for sentence in self.sections[section])
