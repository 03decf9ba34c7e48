"""The engine that comes along: Whisper on this machine, by faster-whisper.

A recording is heard piece by piece, one piece a look, so that a killed worker loses one piece and
a long recording lets short ones through. Silence is left out before the model hears anything,
since models of this kind invent words for it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

import numpy as np
from django.conf import settings
from faster_whisper import WhisperModel

from chat.uploads import formats, sandbox
from chat.uploads.storage import MissingFileError, StorageDownError, media
from transcription import outcomes, vocabulary
from transcription.engines import hinting, weights
from transcription.engines.base import (
    FailedError,
    Job,
    Segment,
    State,
    Status,
    UnavailableError,
    Word,
)
from transcription.engines.cleaning import without_hallucinations

CUTTING = "transcription.engines.pieces"
SPEAKER = "spk_0"
# Milliseconds. Cut closer, the first syllables are heard worse.
AROUND_SPEECH = 1000
_loading = Lock()


class Whisper:
    name = "whisper"
    pause = 0.0

    def start(self, job: Job) -> None:
        """The weights are there. The work is done where it is looked at."""
        weights.folder()

    def poll(self, job: Job) -> State:
        """Hear the next piece."""
        start = float(job.heard[-1]["end"]) if job.heard else 0.0
        piece = self._hear(job, start)
        heard = [*job.heard, piece]
        if piece["is_last"] or piece["end"] <= start:
            return State(Status.COMPLETED, 100, heard=heard)
        percent = int(100 * piece["end"] / job.seconds) if job.seconds else None
        return State(Status.IN_PROGRESS, percent, heard=heard)

    def download(self, job: Job) -> Mapping[str, Any]:
        return {"pieces": job.heard}

    def parse(self, result: Mapping[str, Any]) -> list[Segment]:
        segments = [_segment(one) for piece in result["pieces"] for one in piece["segments"]]
        return without_hallucinations(segments)

    def cleanup(self, job: Job) -> None:
        """Nothing lies outside the row, and the row lets go of the pieces by itself."""

    def _hear(self, job: Job, start: float) -> dict[str, Any]:
        try:
            with media().borrowed(job.key) as source:
                return hear(source, formats.ENDINGS[job.media_format].reader, start)
        except MissingFileError as error:
            raise FailedError(outcomes.RECORDING_GONE) from error
        except StorageDownError as error:
            raise UnavailableError(str(error)) from error


def hear(source: Path, reader: str, start: float) -> dict[str, Any]:
    """The next piece of a recording: from when to when it goes, whether it is the last, and what
    is said in it. Raises FailedError."""
    with TemporaryDirectory(prefix="piece-") as folder:
        target = Path(folder) / "piece.pcm"
        most = str(settings.SPEECH_PIECE_SECONDS)
        found = sandbox.look(CUTTING, reader, str(source), str(target), str(start), most)
        if found.refusal:
            raise FailedError(outcomes.NOT_AUDIO, found.refusal)
        samples = np.fromfile(target, "<i2").astype(np.float32) / 2**15
    return {**found.facts, "segments": heard_in(samples, float(found.facts["start"]))}


def heard_in(samples: Any, start: float = 0.0) -> list[dict[str, Any]]:
    """The segments that the model hears, their words with times in the whole recording."""
    first = _listen(samples, start)
    terms = vocabulary.terms() if settings.SPEECH_VOCABULARY else ()
    if not hinting.is_doubtful(first) or not hinting.speaks_of(first, terms):
        return first
    second = _listen(samples, start, vocabulary.prompt())
    return second if hinting.is_better(first, second) else first


def _listen(samples: Any, start: float, hint: str | None = None) -> list[dict[str, Any]]:
    segments, _ = model().transcribe(
        samples,
        language="ko",
        beam_size=settings.SPEECH_BEAM,
        vad_filter=True,
        vad_parameters={"speech_pad_ms": AROUND_SPEECH},
        word_timestamps=True,
        condition_on_previous_text=False,
        hotwords=hint,
    )
    spoken = ([_word(word, start) for word in segment.words or ()] for segment in segments)
    return [{"words": words} for words in spoken if words]


def _word(word: Any, start: float) -> dict[str, Any]:
    return {
        "text": word.word,
        "start": round(start + float(word.start), 2),
        "end": round(start + float(word.end), 2),
        "confidence": round(float(word.probability), 3),
    }


def model() -> WhisperModel:
    """Loaded once a process, by the first who asks."""
    with _loading:
        return _model(str(weights.folder()))


@cache
def _model(folder: str) -> WhisperModel:
    return WhisperModel(
        folder,
        device="cpu",
        compute_type=settings.SPEECH_COMPUTE,
        cpu_threads=settings.SPEECH_THREADS,
        local_files_only=True,
    )


def _segment(heard: Mapping[str, Any]) -> Segment:
    """Words of Korean begin with a space; what does not goes on with the word before."""
    words: list[Word] = []
    for one in heard["words"]:
        if words and not one["text"].startswith(" "):
            words[-1] = _joined(words[-1], one)
        else:
            words.append(Word(one["text"].strip(), one["start"], one["end"], one["confidence"]))
    said = tuple(word for word in words if word.text)
    return Segment(heard["words"][0]["start"], heard["words"][-1]["end"], SPEAKER, said)


def _joined(word: Word, more: Mapping[str, Any]) -> Word:
    text, least = word.text + more["text"], min(word.confidence or 0.0, more["confidence"])
    return Word(text, word.start, more["end"], least)
