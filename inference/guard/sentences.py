"""A stream of text, cut into the sentences that are guarded one by one."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

CITATION = re.compile(r"\[(\d{1,3})\]")
# A sentence ends at a line break, or at a full stop that is followed by a space; citations
# that follow the stop belong to it.
_END = re.compile(r"\n+|(?<=[.?!。])(?:\s*\[\d{1,3}\])*[ \t]+(?!\[)")
# A stop after a title or the number of a list ends nothing: "Dr. 마음", "1. 물을 치워 주세요."
_NO_END = re.compile(r"(?:\bDr|(?:^|\s)\d{1,2})\.$")
LONGEST_HELD = 600
LONGEST_ANSWER = 8000


class EndlessTextError(Exception):
    """A sentence, or the whole answer, does not come to an end. A cut could split a dose."""


async def sentences(pieces: AsyncIterator[str]) -> AsyncGenerator[str]:
    """Join pieces to whole sentences, with the white space that follows them.

    A text without an end cannot be guarded: past `LONGEST_HELD` characters of one sentence or
    `LONGEST_ANSWER` of the whole it raises EndlessTextError, and the next model is asked.
    """
    held, length = "", 0
    async with aclosing(pieces):  # type: ignore[type-var]
        async for piece in pieces:
            length += len(piece)
            if length > LONGEST_ANSWER:
                raise EndlessTextError
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
        if _NO_END.search(held, max(start, match.start() - 6), match.start()):
            continue
        if match.end() == len(held) and not match.group(0).startswith("\n"):
            break
        whole.append(held[start : match.end()])
        start = match.end()
    rest = held[start:]
    if len(rest) > LONGEST_HELD or any(len(sentence) > LONGEST_HELD for sentence in whole):
        raise EndlessTextError
    return whole, rest
