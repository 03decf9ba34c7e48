"""Amounts that were said in words, written the way a vet reads them: "삼십구 점 팔 도" is 39.8도.

Only what measures is rewritten, since elsewhere the same syllables are other words: a temperature
that an animal can have, weights, volumes, shares.
"""

import re
from collections.abc import Sequence

from transcription.engines.base import Word
from transcription.rewording import Change, placed, reworded

ONES = {
    "영": 0,
    "공": 0,
    **{name: value for value, name in enumerate("일이삼사오육칠팔구", start=1)},
    "륙": 6,
}
TENS = {"십": 10, "백": 100, "천": 1000}
UNITS = {
    "킬로그램": "kg", "킬로": "kg", "키로그램": "kg", "키로": "kg", "kg": "kg", "밀리그램": "mg",
    "미리그램": "mg", "그램": "g", "밀리리터": "ml", "미리리터": "ml", "씨씨": "ml", "시시": "ml",
    "cc": "ml", "퍼센트": "%", "프로": "%", "도": "도",
}  # fmt: skip
LEAST_DEGREES, MOST_DEGREES = 30, 45
_SAID = "[영공일이삼사오육륙칠팔구십백천]"
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_END = r"(?![가-힣A-Za-z]*(?:미터|와트|바이트|칼로리))"
_AMOUNT = re.compile(
    rf"(?<![가-힣A-Za-z0-9.])(?P<whole>{_SAID}(?:\s?{_SAID})*|\d+)"
    rf"(?:\s?점\s?(?P<part>{_SAID}(?:\s?{_SAID})*|\d+))?(?P<gap>\s?)(?P<unit>{_UNIT}){_END}"
)


def with_figures(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with amounts in figures."""
    line, _ = placed(words)
    changes = [_changed(found) for found in _AMOUNT.finditer(line)]
    return reworded(words, [change for change in changes if change])


def _changed(found: re.Match[str]) -> Change | None:
    whole, part = found["whole"].replace(" ", ""), (found["part"] or "").replace(" ", "")
    number = int(whole) if whole.isdigit() else value_of(whole)
    if number is None or (whole == "이" and found["gap"]):  # "이 프로": this one
        return None
    digits = _digits(part)
    if digits is None:
        return None
    if found["unit"] == "도" and not LEAST_DEGREES <= number < MOST_DEGREES:
        return None
    amount = f"{number}.{digits}" if digits else str(number)
    return found.start(), found.end(), f"{amount}{UNITS[found['unit']]}"


def value_of(said: str) -> int | None:
    """The value of a number below ten thousand as it is said, 삼십구; None for what is none."""
    total, ones, least = 0, None, 10_000
    for syllable in said:
        if syllable in TENS:
            step = TENS[syllable]
            if step >= least or ones == 0:
                return None
            total, ones, least = total + (ones or 1) * step, None, step
        elif ones is None:
            ones = ONES[syllable]
        else:
            return None
    return total + (ones or 0)


def _digits(said: str) -> str | None:
    """Behind the point digits are said one by one."""
    if any(one in TENS for one in said):
        return None
    return "".join(one if one.isdigit() else str(ONES[one]) for one in said)
