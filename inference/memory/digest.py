"""A summary without a model: the owner's own sentences, the telling ones, in order.

Nothing is rephrased, so nothing can be invented. What had to be left out is counted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inference.llm.base import Turn, count_tokens
from inference.triage.rules import load_rules

LONGEST_LINE = 160
_SENTENCES = re.compile(r"(?<=[.?!요다음함임])\s+|\n+")
_LASTING = re.compile(
    r"알레르기|알러지|약(?:을|이|은)?\s|복용|수술|진단|예방\s*접종|중성화|병원|검사|임신|나이|살이|\d"
)


@dataclass(frozen=True)
class _Line:
    turn: int
    place: int
    text: str
    weight: int


def digest(turns: Sequence[Turn], budget: int) -> str:
    """The owner's telling sentences of `turns`, oldest first, within about `budget` tokens."""
    lines = [line for number, turn in enumerate(turns) for line in _lines(number, turn)]
    kept = _telling(lines, budget)
    shown = [f"- {line.text}" for line in kept]
    if missing := len(lines) - len(kept):
        shown.append(f"- (그 밖의 내용 {missing}개는 생략했어요)")
    return "\n".join(shown)


def essence(text: str, budget: int) -> str:
    """The telling sentences of one long text, such as an hour of talk: what to search for."""
    return " ".join(line.text for line in _telling(_lines(1, Turn("user", text)), budget))


def _telling(lines: Sequence[_Line], budget: int) -> list[_Line]:
    """Those of the greatest weight that the budget carries, in the order in which they stand."""
    kept: list[_Line] = []
    for line in sorted(lines, key=lambda one: (-one.weight, one.turn, one.place)):
        cost = count_tokens(line.text)
        if cost <= budget:
            budget -= cost
            kept.append(line)
    return sorted(kept, key=lambda one: (one.turn, one.place))


def _lines(number: int, turn: Turn) -> list[_Line]:
    if turn.role != "user":
        return []
    sentences = [part.strip() for part in _SENTENCES.split(turn.text) if part.strip()]
    return [
        _Line(number, place, _cut(text), _weight(text, is_first=number == 0))
        for place, text in enumerate(sentences)
    ]


def _weight(text: str, *, is_first: bool) -> int:
    """The first complaint, then signs of the body and lasting facts, then the rest."""
    medical = bool(load_rules().medical.search(text.replace(" ", "")))
    return 4 * is_first + 2 * medical + 2 * bool(_LASTING.search(text))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"
