"""How well recordings are heard: clips whose words are known, by the product's own way and by the
bare engine beside it."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from rapidfuzz.distance import Levenshtein

from chat.uploads import formats, sandbox
from transcription.engines.base import FailedError
from transcription.engines.whisper import Whisper, hear, model
from transcription.workflow import parse

LISTED = "clips.jsonl"
_LEFT_OUT = re.compile(r"[\W_]+")


class Clip(BaseModel):
    """A file beside the list, and what is said in it."""

    file: str
    transcript: str


@dataclass
class Measured:
    """Errors in letters, and seconds of work for seconds of sound."""

    errors: int = 0
    letters: int = 0
    worked: float = 0.0
    sounded: float = 0.0
    worst: list[tuple[float, str, str, str]] = field(default_factory=list)

    def add(self, clip: Clip, heard: str, worked: float, sounded: float) -> None:
        errors, letters = errors_in(heard, clip.transcript)
        self.errors += errors
        self.letters += letters
        self.worked += worked
        self.sounded += sounded
        self.worst.append((errors / max(1, letters), clip.file, clip.transcript, heard))

    def as_json(self) -> dict[str, Any]:
        worst = sorted(self.worst, reverse=True)[:5]
        return {
            "character_error_rate": round(self.errors / max(1, self.letters), 4),
            "real_time_factor": round(self.worked / self.sounded, 3) if self.sounded else None,
            "letters": self.letters,
            "seconds": round(self.sounded, 1),
            "worst": [
                {"rate": round(rate, 2), "file": file, "said": said, "heard": heard}
                for rate, file, said, heard in worst
            ],
        }


def read_clips(folder: Path) -> list[tuple[Path, Clip]]:
    """Raises OSError, pydantic.ValidationError."""
    lines = (folder / LISTED).read_text(encoding="utf-8").splitlines()
    clips = [Clip.model_validate_json(line) for line in lines if line.strip()]
    return [(folder / clip.file, clip) for clip in clips]


def run(clips: Sequence[tuple[Path, Clip]], progress: Callable[[int], None]) -> dict[str, Measured]:
    """Each clip by both ways, one after the other, so that a busy machine slows both."""
    found = {"product": Measured(), "bare engine": Measured()}
    model()  # loading counts for neither
    for path, clip in clips:
        seconds, refusal = _probed(path)
        for name, listen in (("product", _by_product), ("bare engine", _by_engine)):
            begun = time.monotonic()
            heard = "" if refusal and name == "product" else listen(path)
            found[name].add(clip, heard, time.monotonic() - begun, seconds)
            progress(1)
    return found


def errors_in(heard: str, said: str) -> tuple[int, int]:
    """Letters wrong, missing or too many, and how many there are; without spaces and signs."""
    wanted = _LEFT_OUT.sub("", said).lower()
    return Levenshtein.distance(_LEFT_OUT.sub("", heard).lower(), wanted), len(wanted)


def _probed(path: Path) -> tuple[float, str]:
    finding = sandbox.look(sandbox.PROBING, _reader(path), str(path))
    return float(finding.facts.get("seconds", 0.0)), finding.refusal


def _by_product(path: Path) -> str:
    """Checked, cut, heard, read: as an upload is, without the rows."""
    pieces: list[dict[str, Any]] = []
    try:
        while not pieces or not pieces[-1]["is_last"]:
            pieces.append(hear(path, _reader(path), pieces[-1]["end"] if pieces else 0.0))
    except FailedError:
        return ""
    return parse.parse(Whisper(), {"pieces": pieces}).text


def _by_engine(path: Path) -> str:
    segments, _ = model().transcribe(str(path), language="ko", beam_size=5)
    return " ".join(segment.text for segment in segments)


def _reader(path: Path) -> str:
    with path.open("rb") as file:
        found = formats.detected(formats.AUDIO, file.read(formats.HEAD_BYTES))
    return (found or formats.WAV).reader
