"""What a provider of answers is asked and gives: one small protocol for all of them.

LLMError
├── ProviderUnavailable   refused, overloaded, unreachable, circuit open
├── StreamTimeout         no first token, idle, or too long as a whole
├── StreamBroken          ended without a stop reason, or unreadable
├── InvalidStructure      a structured answer that does not fit its schema
└── BudgetSpent           today's budget, the owner's or the product's, does not carry the call
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Protocol
from uuid import UUID

import httpx2
from django.utils import timezone


class LLMError(Exception):
    """No complete answer came from a provider."""


class ProviderUnavailable(LLMError):
    """The provider refused the call or could not be reached.

    `status` is the HTTP status when there was one; `wait` the seconds that the provider asked
    to be left alone (Retry-After).
    """

    def __init__(
        self, reason: str, *, status: int | None = None, wait: float | None = None
    ) -> None:
        super().__init__(reason)
        self.status, self.wait = status, wait

    @property
    def may_pass(self) -> bool:
        """Whether the same call may work a moment later."""
        return self.status is None or self.status in (408, 409, 429) or self.status >= 500


class StreamTimeout(LLMError):
    """The provider took too long."""


class StreamBroken(LLMError):
    """The stream ended without saying that it was complete."""


class InvalidStructure(LLMError):
    """The answer is not the JSON that was asked for."""


class BudgetSpent(LLMError):
    """Today's budget does not carry this call. `is_owners`: the owner's, not the product's."""

    def __init__(self, *, is_owners: bool) -> None:
        super().__init__("owner" if is_owners else "product")
        self.is_owners = is_owners


# What escapes the SDKs' own exception trees when a stream is cut or malformed.
UNREADABLE = (httpx2.HTTPError, OSError, RuntimeError, ValueError, TypeError, LookupError)


@dataclass(frozen=True)
class Material:
    """One numbered passage that an answer may cite as `[number]`."""

    number: int
    passage_id: int
    article_title: str
    section: str
    text: str
    score: float
    label: str = ""
    """How its article stands: checked against its sources, or reviewed by a vet, and when."""


@dataclass(frozen=True)
class Turn:
    """One earlier message. `role` is "user" or "assistant"."""

    role: str
    text: str
    is_transcript: bool = False


@dataclass(frozen=True)
class Photo:
    """A picture that goes along with the question: JPEG, PNG, WebP or GIF bytes."""

    media_type: str
    data: bytes


@dataclass(frozen=True)
class Account:
    """For whom and for what a call is made: what the ledger writes down."""

    purpose: str
    owner_id: UUID | None = None
    consultation_id: UUID | None = None
    job_id: UUID | None = None


@dataclass(frozen=True)
class Request:
    """All that a provider is given. `question` and `materials` stand in `turns` too, as text;
    the extractive responder reads them here."""

    system: str
    turns: tuple[Turn, ...]
    question: str
    materials: tuple[Material, ...]
    urgency: str
    longest_tokens: int
    was_searched: bool = True
    photos: tuple[Photo, ...] = ()

    @property
    def tokens(self) -> int:
        """About how many tokens a provider will count."""
        texts = [self.system, *(turn.text for turn in self.turns)]
        return sum(map(count_tokens, texts)) + TOKENS_A_PHOTO * len(self.photos)


@dataclass
class Usage:
    """Filled in while a stream is read: tokens, the provider's own reason to stop, the text."""

    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    stop_reason: str = ""
    text: str = ""

    def take(self, other: "Usage") -> None:
        """Take over what a provider counted; the text is kept."""
        self.model = other.model or self.model
        self.input_tokens, self.output_tokens = other.input_tokens, other.output_tokens
        self.stop_reason = other.stop_reason


@dataclass(frozen=True)
class Limits:
    """Seconds that a call may take."""

    connect: float
    first_token: float
    idle: float
    whole: float


@dataclass
class Call:
    """A call in progress: iterate over `pieces`, then read `usage`."""

    pieces: AsyncIterator[str]
    usage: Usage = field(default_factory=Usage)


class Provider(Protocol):
    """A source of answers."""

    name: str

    def stream(self, request: Request) -> Call:
        """Begin an answer. Iterating may raise LLMError; closing the iterator ends the call."""
        ...


TOKENS_A_PHOTO = 1600


def count_tokens(text: str) -> int:
    """An estimate on the safe side: about one token a Korean syllable, one a three Latin letters.

    Providers' tokenizers differ; the ledger holds what they counted themselves.
    """
    korean = sum("가" <= sign <= "힣" for sign in text)
    return korean + (len(text) - korean) // 3 + 4


def wait_asked(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header (seconds, milliseconds or a date), or None."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        value = headers.get("retry-after", "")
        if value.replace(".", "", 1).isdecimal():
            return float(value)
        until = parsedate_to_datetime(value) - timezone.now()
        return max(0.0, until.total_seconds())
    except (ValueError, TypeError):
        return None
