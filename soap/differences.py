"""What changed between two texts, word by word, as runs to be coloured."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\n|\S+[^\S\n]*")
SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True)
class Run:
    """A piece of text that stayed, went, or came."""

    kind: str
    text: str


def between(before: str, after: str) -> list[Run]:
    """The runs that make `after` of `before`, in reading order."""
    return list(_runs(_WORDS.findall(before), _WORDS.findall(after)))


def _runs(old: list[str], new: list[str]) -> Iterator[Run]:
    # Words that differ only in the space after them are the same word.
    matcher = SequenceMatcher(None, _bare(old), _bare(new), autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            yield Run(SAME, "".join(new[j1:j2]))
            continue
        if i2 > i1:
            yield Run(GONE, "".join(old[i1:i2]))
        if j2 > j1:
            yield Run(NEW, "".join(new[j1:j2]))


def _bare(words: list[str]) -> list[str]:
    return [word.strip() or "\n" for word in words]
