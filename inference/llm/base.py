"""What a provider of answers is asked and gives: one small protocol for all of them.

LLMError
├── ProviderUnavailable   refused, overloaded, unreachable, no key
├── StreamTimeout         no first token, idle, or too long as a whole
└── StreamBroken          ended without a stop reason, or unreadable
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

import httpx2


class LLMError(Exception):
    """No complete answer came from a provider."""


class ProviderUnavailable(LLMError):
    """The provider refused the call or could not be reached."""


class StreamTimeout(LLMError):
    """The provider took too long."""


class StreamBroken(LLMError):
    """The stream ended without saying that it was complete."""


# What the SDKs let escape their own exception trees when a stream is cut or malformed.
UNREADABLE = (httpx2.HTTPError, OSError, RuntimeError, ValueError, TypeError, AttributeError)


@dataclass(frozen=True)
class Material:
    """One numbered passage that an answer may cite as `[number]`."""

    number: int
    passage_id: int
    article_title: str
    section: str
    text: str
    score: float


@dataclass(frozen=True)
class Turn:
    """One earlier message. `role` is "user" or "assistant"."""

    role: str
    text: str


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


@dataclass
class Usage:
    """Filled in while a stream is read: tokens, and the provider's own reason to stop."""

    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    stop_reason: str = ""


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
    is_overseas: bool
    """Whether the words leave Korea: asked only with the owner's consent."""

    def stream(self, request: Request) -> Call:
        """Begin an answer. Iterating may raise LLMError; closing the iterator ends the call."""
        ...
