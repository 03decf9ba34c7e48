"""What the guard costs: a sentence of an answer, and 100 KB of text made to be slow."""

import contextlib
import re
import time
from collections.abc import Callable
from typing import Any

from inference.guard.sentences import EndlessTextError, split_off
from inference.guard.watch import DistrustError, Grounds, Guard
from inference.knowledge.index import read_folder

HOSTILE_BYTES = 100_000
PIECE = 7
# Repeated until 100 KB are full. Each aims at another pattern, or at the cutting of sentences.
HOSTILE = (
    "가", "9", "1 ", "5 m ", "1mg\n", "반 알 ", "토하게 ", "처방", "저는 가 ", "<", "[1", "[1] ",
    "a@", "가. ", "가나다라마바사\n", "뭔가요?\n", "*", " ", "하루 ", "타이레놀 ", "며칠 병", "http",
    "**가**\n", "긴급도: ", "\u200b", "다른 보호자 ",
)  # fmt: skip


def measure() -> dict[str, Any]:
    """Microseconds a library sentence (median, 99th percentile, worst), and milliseconds that
    the worst hostile text takes, read as a stream and judged as one sentence."""
    drafts, _failed = read_folder()
    sections = [text for draft in drafts for _name, text in draft.sections]
    times = sorted(seconds for text in sections for seconds in _sentences(text))
    return {
        "sentences": len(times),
        "sentence_p50_us": times[len(times) // 2] * 1e6,
        "sentence_p99_us": times[int(len(times) * 0.99)] * 1e6,
        "sentence_worst_us": times[-1] * 1e6,
        "hostile_stream_worst_ms": max(_timed(_stream, unit) for unit in HOSTILE) * 1e3,
        "hostile_sentence_worst_ms": max(_timed(_at_once, unit) for unit in HOSTILE) * 1e3,
    }


def _sentences(text: str) -> list[float]:
    guard = Guard(Grounds({1: text}, urgency="urgent", secret=text), is_quoting=True)
    found = []
    for sentence in re.split(r"(?<=[.?!])\s+|\n+", text):
        begun = time.perf_counter()
        guard.problem_of(f"{sentence} [1]")
        found.append(time.perf_counter() - begun)
    return found


def _timed(read: Callable[[Guard, str], None], unit: str) -> float:
    hostile = (unit * HOSTILE_BYTES)[:HOSTILE_BYTES]
    guard = Guard(Grounds({1: "포도"}, urgency="urgent", has_photo=True, secret="가" * 400))
    begun = time.perf_counter()
    with contextlib.suppress(EndlessTextError, DistrustError):
        read(guard, hostile)
    return time.perf_counter() - begun


def _stream(guard: Guard, hostile: str) -> None:
    held = ""
    for start in range(0, len(hostile), PIECE):
        whole, held = split_off(held + hostile[start : start + PIECE])
        for sentence in whole:
            guard.check(sentence)


def _at_once(guard: Guard, hostile: str) -> None:
    guard.check(hostile)
