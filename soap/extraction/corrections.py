"""What an owner takes back: "아니 세 번이 아니라 네 번이요" changes what was told before."""

import re
from dataclasses import replace

from soap.draft import Evidence
from soap.extraction.durations import Quantity, quantities
from soap.extraction.merging import Fact

_NOT_BUT = re.compile(
    r"^(?P<old>.{1,40}?)\s*(?:이|가|은|는|도)?\s*아니(?:라|고요?|구요?|었고)\s*(?P<new>.{1,80})$"
)
_SAID_BUT = re.compile(
    r"^(?P<old>.{1,40}?)(?:이?라고|다고)\s*(?:말(?:씀)?|했|적|썼|드렸)[가-힣\s]*?(?:는데|지만|네요)\s*(?P<new>.{1,80})$"
)
_MISTAKEN = re.compile(
    r"잘못\s*(?:말|봤|썼|적|셌|쟀|알)|착각|정정|헷갈|다시\s*(?:보니|세|확인|생각)|^아니\s"
)
# "아 세 번이요", "아니다 세 번": said again, because the first was wrong.
_RETAKES = re.compile(r"^(?:아+(?:\s|,)|아니(?:다|네|요|에요)?[\s,]+|아참[\s,]*|참[\s,]+)")
LONGEST_RETAKE = 18
_DATES = frozenset({"날", "일", "시간", "주", "시", "분"})
_LAST_WORD = re.compile(r"([가-힣A-Za-z]{2,})$")
_FIRST_WORD = re.compile(
    r"^([가-힣A-Za-z]{2,}?)(?:이에요|예요|이요|이네요|네요|요|였어요|이었어요|입니다|인|이)?(?:\s|$)"
)


def announces(sentence: str) -> bool:
    """Whether the next sentence corrects: "잘못 봤네요. 39.8도예요"."""
    return bool(_MISTAKEN.search(sentence)) and not quantities(sentence)


def correct(
    sentence: str,
    facts: list[Fact],
    evidence: tuple[Evidence, ...],
    *,
    is_announced: bool = False,
) -> bool:
    """Apply a correction to what was told before; False when the sentence is none, or corrects
    nothing that is known."""
    for pattern in (_NOT_BUT, _SAID_BUT):
        match = pattern.match(sentence)
        if match and _exchanged(match["old"], match["new"], facts, evidence):
            return True
    is_retake = bool(_RETAKES.match(sentence)) and len(sentence) <= LONGEST_RETAKE
    if (is_announced or is_retake or _MISTAKEN.search(sentence)) and len(
        new := quantities(sentence)
    ) == 1:
        return _same_unit_changed(new[0], facts, evidence)
    return False


def _exchanged(old: str, new: str, facts: list[Fact], evidence: tuple[Evidence, ...]) -> bool:
    gone, come = quantities(old), quantities(new)
    if gone and come:
        pair = _pair(gone, come)
        return pair is not None and _changed(pair[0], pair[1], facts, evidence)
    before, after = _LAST_WORD.search(old.strip()), _FIRST_WORD.match(new.strip())
    if gone or before is None or after is None:
        return False
    for place in range(len(facts) - 1, -1, -1):
        if before[1] in facts[place].text:
            text = facts[place].text.replace(before[1], after[1])
            facts[place] = _rewritten(facts[place], text, evidence)
            return True
    return False


def _pair(gone: list[Quantity], come: list[Quantity]) -> tuple[Quantity, Quantity] | None:
    for first in reversed(gone):
        for second in come:
            if first.unit == second.unit or {first.unit, second.unit} <= _DATES:
                return first, second
    return None


def _changed(
    old: Quantity, new: Quantity, facts: list[Fact], evidence: tuple[Evidence, ...]
) -> bool:
    is_changed = False
    for place, fact in enumerate(facts):
        for held in reversed(quantities(fact.text)):
            if held.is_same(old):
                text = fact.text[: held.start] + new.words + fact.text[held.end :]
                facts[place] = _rewritten(fact, text, evidence)
                fact = facts[place]
                is_changed = True
    return is_changed


def _same_unit_changed(new: Quantity, facts: list[Fact], evidence: tuple[Evidence, ...]) -> bool:
    for place in range(len(facts) - 1, -1, -1):
        held = [one for one in quantities(facts[place].text) if one.unit == new.unit]
        if held:
            fact, last = facts[place], held[-1]
            text = fact.text[: last.start] + new.words + fact.text[last.end :]
            facts[place] = _rewritten(fact, text, evidence)
            return True
    return False


def _rewritten(fact: Fact, text: str, evidence: tuple[Evidence, ...]) -> Fact:
    return replace(fact, text=text, evidence=tuple(dict.fromkeys((*fact.evidence, *evidence))))
