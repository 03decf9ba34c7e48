"""What every engine that turns a recording into text can do, and the words that it gives back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any, Protocol


class UnavailableError(Exception):
    """The engine or the storage does not answer; the same may work later."""


class FailedError(Exception):
    """No text will come of this. `code` is one of `transcription.outcomes`."""

    def __init__(self, code: str, reason: str = "") -> None:
        self.code = code
        super().__init__(f"{code} {reason}".strip())


@dataclass(frozen=True)
class Job:
    """작업 설정: all that an engine is told of one recording."""

    name: str
    """Of the engine's own record of the work: ASCII, the same however often it is asked for."""
    key: str
    """Where the bytes lie in the media storage."""
    media_format: str
    """The ending of the files of its format: "webm"."""
    seconds: float
    channels: int = 1
    language: str = "ko-KR"
    most_speakers: int = 3
    """An owner, a vet, somebody who came along."""
    heard: Sequence[Mapping[str, Any]] = ()
    """Pieces that were heard before, of an engine that hears piece by piece."""


class Status(Enum):
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True)
class State:
    """How far the work is. `percent` 0..100, None where an engine does not say."""

    status: Status
    percent: int | None = None
    reason: str = ""
    heard: Sequence[Mapping[str, Any]] | None = None
    """All pieces heard so far, to be kept for the next look."""


@dataclass(frozen=True)
class Word:
    """One word or sign as it was heard. Seconds from the beginning, confidence 0..1; a sign such
    as a comma has neither."""

    text: str
    start: float | None = None
    end: float | None = None
    confidence: float | None = None

    @property
    def is_sign(self) -> bool:
        return self.start is None


@dataclass(frozen=True)
class Segment:
    """What one speaker said without a break."""

    start: float
    end: float
    speaker: str
    words: tuple[Word, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"words": [asdict(word) for word in self.words]}


class Engine(Protocol):
    """All but `parse` raise UnavailableError when the engine is away."""

    name: str
    pause: float
    """Seconds between two looks: none where looking is the work itself."""

    def start(self, job: Job) -> None:
        """Have the work begun. Once it is begun, a second call changes nothing. Raises
        FailedError when the engine will not take it."""

    def poll(self, job: Job) -> State:
        """How far it is."""

    def download(self, job: Job) -> Mapping[str, Any]:
        """The result of a job that is completed, in the engine's own shape."""

    def parse(self, result: Mapping[str, Any]) -> list[Segment]:
        """The words of a result. Raises ValueError for what is no result."""

    def cleanup(self, job: Job) -> None:
        """Leave nothing of the recording behind."""
