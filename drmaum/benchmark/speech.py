"""A long recording, as a browser sends it, heard by the whole product while others ask."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import httpx2
import numpy as np

from drmaum.benchmark.chats import Owner, Timing
from drmaum.benchmark.running import Product
from transcription.evaluation.clips import read_clips

RATE, PAUSE_SECONDS = 16_000, 0.8
TYPE = "audio/webm;codecs=opus"
LOOK_SECONDS, ASK_SECONDS = 5, 15
UNDER_WAY = ("queued", "running", "polling")
Say = Callable[[str], None]


@dataclass
class Seen:
    """What was seen while a recording was heard."""

    progress: list[tuple[float, int]] = field(default_factory=list)
    memory: dict[str, float] = field(default_factory=dict)
    chats: list[Timing] = field(default_factory=list)

    def remember(self, memory: dict[str, float]) -> None:
        for name, megabytes in memory.items():
            self.memory[name] = max(megabytes, self.memory.get(name, 0))

    def longest_stillness(self) -> float:
        """The most seconds between two steps forward."""
        forward = [later for now, later in pairwise(self.progress) if later[1] > now[1]]
        marks = [self.progress[0], *forward, self.progress[-1]]
        return max(later[0] - now[0] for now, later in pairwise(marks))


class Speaker(Owner):
    """An owner who sends a recording and waits for its text."""

    async def send(self, recording: Path) -> str:
        """The consultation in which it was said, once the server has checked it."""
        opened = await self._post("/consultations", {"pet": self._pet})
        size = recording.stat().st_size
        asked = {"consultation": opened["id"], "kind": "audio", "name": "talk.webm"}
        upload = await self._post("/uploads", {**asked, "content_type": TYPE, "size": size})
        post = upload["post"]
        with recording.open("rb") as file:
            answer = await self._http.post(
                f"{self._address}{post['url']}",
                data=post["fields"],
                files={"file": ("talk.webm", file, TYPE)},
            )
        answer.raise_for_status()
        await self._post(f"/uploads/{upload['id']}/confirm", None)
        return str(opened["id"])

    async def transcription(self, consultation: str) -> dict[str, Any] | None:
        found = await self._http.get(f"/consultations/{consultation}/transcriptions")
        rows = found.json()["results"]
        return rows[0] if rows else None


def write_recording(folder: Path, minutes: float, target: Path) -> None:
    """The clips of a folder, one after the other with pauses, in WebM with Opus."""
    clips = [_samples(path) for path, _ in read_clips(folder)]
    pause = np.zeros(int(PAUSE_SECONDS * RATE), np.int16)
    left = int(minutes * 60 * RATE)
    with av.open(str(target), "w", format="webm") as sink:
        stream = sink.add_stream("libopus", rate=48_000, layout="mono", bit_rate=32_000)
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        number = 0
        while left > 0:
            said = np.concatenate([clips[number % len(clips)], pause])[:left]
            left, number = left - len(said), number + 1
            frame = av.AudioFrame.from_ndarray(said.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate = RATE
            for made in resampler.resample(frame):
                sink.mux(stream.encode(made))
        sink.mux(stream.encode(None))


def _samples(path: Path) -> Any:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(path)) as source:
        frames = [made for frame in source.decode(audio=0) for made in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


async def hear(product: Product, speaker: Speaker, recording: Path, ask: Any, say: Say) -> Seen:
    """Send a recording, look at it until it is text, and let `ask` hold chats meanwhile."""
    seen = Seen()
    consultation = await speaker.send(recording)
    asking = asyncio.create_task(_ask(ask, seen))
    begun = time.perf_counter()
    try:
        while True:
            row = await speaker.transcription(consultation)
            seen.remember(product.memory())
            at = time.perf_counter() - begun
            seen.progress.append((at, row["progress"] if row else 0))
            if row and row["status"] not in UNDER_WAY:
                break
            say(f"{at:.0f} s: {seen.progress[-1][1]} %")
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        asking.cancel()
    if row["status"] != "ready":
        raise RuntimeError(f"the recording ended as {row['status']}: {row['message']}")
    return seen


async def _ask(ask: Any, seen: Seen) -> None:
    number = 0
    while True:
        try:
            seen.chats.append(await ask(number))
        except (httpx2.HTTPError, TimeoutError, RuntimeError) as error:
            raise RuntimeError(f"chat {number} was not answered") from error
        number += 1
        await asyncio.sleep(ASK_SECONDS)
