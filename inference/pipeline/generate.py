"""API 호출 → 응답 처리 → 출처 정보 추출: an answer is read sentence by sentence."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing

from inference.knowledge.loading import HEADINGS
from inference.llm.base import Material, StreamBroken
from inference.pipeline.types import Source

CITATION = re.compile(r"\[(\d{1,3})\]")
# A sentence ends at a line break, or at a full stop that is followed by a space; citations
# that follow the stop belong to it.
_END = re.compile(r"\n+|(?<=[.?!。])(?:\s*\[\d{1,3}\])*[ \t]+(?!\[)")
LONGEST_HELD = 600


class EndlessSentenceError(StreamBroken):
    """The text never comes to the end of a sentence. A cut inside it could split a dose."""


async def sentences(pieces: AsyncIterator[str]) -> AsyncGenerator[str]:
    """Join pieces to whole sentences, with the white space that follows them.

    A text without an end cannot be guarded: past `LONGEST_HELD` characters it raises
    EndlessSentenceError, and the next model is asked.
    """
    held = ""
    async with aclosing(pieces):  # type: ignore[type-var]
        async for piece in pieces:
            held += piece
            whole, held = split_off(held)
            for sentence in whole:
                yield sentence
    if held:
        yield held


def split_off(held: str) -> tuple[list[str], str]:
    """The complete sentences at the head of `held`, and the rest.

    An end at the very edge of the text waits: a citation may still follow.
    """
    whole: list[str] = []
    start = 0
    for match in _END.finditer(held):
        if match.end() == len(held) and not match.group(0).startswith("\n"):
            break
        whole.append(held[start : match.end()])
        start = match.end()
    rest = held[start:]
    if len(rest) > LONGEST_HELD:
        raise EndlessSentenceError
    return whole, rest


def extract_sources(text: str, materials: Iterable[Material]) -> tuple[Source, ...]:
    """The passages that `text` cites, by number."""
    cited = {int(number) for number in CITATION.findall(text)}
    return tuple(
        Source(
            material.number,
            material.passage_id,
            material.article_title,
            material.section,
            HEADINGS.get(material.section, ""),
        )
        for material in materials
        if material.number in cited
    )
