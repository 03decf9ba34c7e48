"""How far a sentence is carried by the passages that it cites: the share of its telling words.

The measure is lexical containment over character bigrams without the ones that every message
has; inflected Korean needs no dictionary for it. The guard asks only for a little of it
(`watch.LEAST_SUPPORT`); `manage.py evaluate grounding` asks for half (`SUPPORTED`).
"""

import re
from collections.abc import Iterable

from inference.guard.sentences import CITATION
from inference.knowledge.lexemes import telling

_MARKS = re.compile(r"[*#>_`-]")
SUPPORTED = 0.5


def plain_words(sentence: str) -> list[str]:
    """The telling bigrams of a sentence, without citations and marks."""
    return telling(_MARKS.sub(" ", CITATION.sub(" ", sentence)))


def share(sentence: str, passages: Iterable[str]) -> float:
    """How much of a sentence stands in the passages, 0 to 1; 1 for one without telling words."""
    words = plain_words(sentence)
    if not words:
        return 1.0
    known: set[str] = set()
    for passage in passages:
        known.update(telling(passage))
    return sum(word in known for word in words) / len(words)
