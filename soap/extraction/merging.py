"""Each fact once: what was said twice is kept where it holds more, with the evidence of both."""

import re
from dataclasses import dataclass, replace

from inference.triage.reading import squeeze
from soap.draft import Evidence
from soap.extraction.durations import quantities
from soap.extraction.signs import named

LEAST_ALIKE = 0.62
# Signs that are one thing however they are put; 눈의 이상 may be several.
ONE_THING = frozenset(
    (
        "구토",
        "설사",
        "기침",
        "재채기",
        "콧물",
        "혈변",
        "혈뇨",
        "코피",
        "경련·발작",
        "절뚝거림",
        "떨림",
    )
)
_VERB = re.compile(r"^(?:했|해|하|봤|있|같|그래|거|것|나|됐)[가-힣]{0,3}$")
_ENDING = re.compile(
    r"(?:해요|했어요|어요|아요|네요|습니다|ㅂ니다|거든요|예요|이에요|요|음|함|임)$"
)


@dataclass(frozen=True)
class Fact:
    """One sentence of a note to be, with the names of its signs and what carries it."""

    text: str
    section: str
    signs: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def merged(facts: list[Fact]) -> list[Fact]:
    """Without near-duplicates, in the order in which they were first told."""
    kept: list[Fact] = []
    for fact in facts:
        for place, known in enumerate(kept):
            if _is_same(known, fact):
                kept[place] = _better(known, fact)
                break
        else:
            kept.append(fact)
    return kept


def _is_same(first: Fact, second: Fact) -> bool:
    if first.section != second.section or set(first.signs) != set(second.signs):
        return False
    mine, theirs = _numbers(first.text), _numbers(second.text)
    if mine and theirs and not (mine <= theirs or theirs <= mine):
        return False
    one, other = _plain(first.text), _plain(second.text)
    if not one or not other:
        return True
    if one in other or other in one:
        return True
    if set(first.signs) & ONE_THING and (
        _says_no_more(first, second) or _says_no_more(second, first)
    ):
        return True
    return _likeness(one, other) >= LEAST_ALIKE


def _says_no_more(first: Fact, second: Fact) -> bool:
    """Whether beside the sign itself the first says nothing that the second does not."""
    return _beside(first.text) <= _beside(second.text)


def _beside(text: str) -> frozenset[str]:
    words = (squeeze(word) for word in text.split())
    return frozenset(word for word in words if not named(word) and not _VERB.match(word))


def _better(first: Fact, second: Fact) -> Fact:
    def weight(fact: Fact) -> tuple[int, int]:
        return len(_numbers(fact.text)), len(fact.text)

    best = first if weight(first) >= weight(second) else second
    return replace(best, evidence=tuple(dict.fromkeys((*first.evidence, *second.evidence))))


def _numbers(text: str) -> frozenset[tuple[float | str, str]]:
    return frozenset((one.value, one.unit) for one in quantities(text))


def _plain(text: str) -> str:
    return _ENDING.sub("", squeeze(text))


def _likeness(one: str, other: str) -> float:
    pairs = [{text[at : at + 2] for at in range(len(text) - 1)} for text in (one, other)]
    shared, whole = pairs[0] & pairs[1], pairs[0] | pairs[1]
    return len(shared) / len(whole) if whole else 0.0
