"""Numbers and times in Korean text, brought to one form so that they can be compared.

"2~3일" is (48, "h") and (72, "h"); "하루" is (24, "h"); "다섯 번" is (5, "번"); "38.5도" is
(38.5, "도"). A number that an answer gives has to stand in a passage that it cites, or in the
owner's own words.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

Amount = tuple[float, str]

_NATIVE = {
    "한": 1, "두": 2, "세": 3, "서너": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8,
    "아홉": 9, "열두": 12, "열": 10, "스무": 20, "스물네": 24, "일": 1, "이": 2, "삼": 3, "사": 4,
    "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9, "십": 10, "이십": 20, "백": 100,
}  # fmt: skip
# Words that are a time by themselves, in hours.
_TIMES = {
    "반나절": 12, "하루": 24, "이틀": 48, "사흘": 72, "나흘": 96, "닷새": 120, "엿새": 144,
    "일주일": 168, "열흘": 240, "보름": 360, "한나절": 12,
}  # fmt: skip
_HOURS = {
    "분": 1 / 60,
    "시간": 1,
    "시": 1,
    "일": 24,
    "주일": 168,
    "주": 168,
    "개월": 720,
    "달": 720,
    "년": 8760,
}
_SAME = {
    "회": "번",
    "차례": "번",
    "℃": "도",
    "°c": "도",
    "프로": "%",
    "퍼센트": "%",
    "킬로": "kg",
    "그램": "g",
}
_UNIT = (
    r"주일|개월|시간|일|주|달|년|분|시|번|회|차례|도|℃|°c|%|프로|퍼센트|kg|킬로|g|그램|ml|cc|l|cm|mm|m"
    r"|알|개|정(?!도|상|기|확|말)|포(?!도|장)|단위|눈금|등분|조각|봉지|병|살|마리|배|컵|스푼|숟갈|방울"
)
_DIGITS = re.compile(
    rf"(?P<low>\d{{1,9}}(?:[.,]\d{{1,6}})?)(?:\s*[~∼〜-]\s*(?P<high>\d{{1,9}}(?:[.,]\d{{1,6}})?))?\s*(?P<unit>{_UNIT})?",
    re.I,
)
_WORDS = re.compile(
    r"(?<![가-힣])(?P<word>스물네|서너|열두|다섯|여섯|일곱|여덟|아홉|한|두|세|네|열|스무)\s*"
    r"(?P<unit>시간|주일|주|달|개월|년|번|차례|알|개|마리|살|배|컵|스푼|숟갈|방울)(?![가-힣]*째)"
)
_FRACTIONS = re.compile(
    r"(?P<whole>[\d이삼사오육칠팔구십백]{1,3})\s*분의\s*(?P<part>[\d일이삼사오육칠팔구]{1,2})"
    r"|(?P<of>둘|셋|넷|다섯|여섯)\s*(?:중|가운데)(?:에)?\s*(?P<one>하나|둘|셋)|(?P<half>절반)"
)
_SINO = re.compile(
    r"(?<![가-힣])(?P<number>[이삼사오육칠팔구]?[십백][일이삼사오육칠팔구]?|[삼사오육칠팔구])\s*"
    r"(?P<unit>시간|분(?![가-힣]*의|\s*정도는)|퍼센트|프로(?![가-힣])|킬로|그램|개월|년)"
)
_ONES = dict(zip("일이삼사오육칠팔구", range(1, 10), strict=True))
_COUNTED = {"하나": 1, "둘": 2, "셋": 3, "넷": 4, "다섯": 5, "여섯": 6}
_SPANS = re.compile("|".join(sorted(_TIMES, key=len, reverse=True)))
# Not a claim: the name of a kind of clinic, an ordinal of a list, "한 번" for "just".
_IDLE = re.compile(
    r"24\s*시(?:간)?\s*(?:동물\s*)?(?:병원|진료|응급|운영|여는|하는)|^\s*(?:[-*]\s*)?\d{1,2}[.)]\s|한\s*번\s*(?:더|만|쯤|에|도)?|한\s*시(?=라도)|[하]루(?:에|에는)?\s+(?:[가-힣]+\s)?(?:몇|얼마)|하루\s*(?:먹|마시|마신)|[①-⑳]"
    r"|\[\d{1,3}\]",
    re.M,
)


@lru_cache(maxsize=1024)
def amounts(text: str) -> set[Amount]:
    """Every number and time of a text, as (value, unit); times in hours under "h"."""
    plain = unicodedata.normalize("NFKC", _IDLE.sub(" ", text))
    found: set[Amount] = {(_fraction(match), "") for match in _FRACTIONS.finditer(plain)}
    plain = _FRACTIONS.sub(" ", plain)
    for match in _DIGITS.finditer(plain):
        unit = (match["unit"] or "").lower()
        for digits in (match["low"], match["high"]):
            if digits:
                found.add(_amount(float(digits.replace(",", "")), unit))
    for match in _WORDS.finditer(plain):
        found.add(_amount(_NATIVE[match["word"]], match["unit"]))
    for match in _SINO.finditer(plain):
        found.add(_amount(_sino(match["number"]), match["unit"]))
    found.update((float(_TIMES[match.group(0)]), "h") for match in _SPANS.finditer(plain))
    return found


def unsupported(text: str, grounds: Iterable[str]) -> set[Amount]:
    """The amounts of `text` that stand in none of the `grounds`."""
    claimed = amounts(text)
    if not claimed:
        return set()
    known = set().union(*(amounts(ground) for ground in grounds))
    values = {value for value, _ in known}
    return {
        amount
        for amount in claimed
        # A bare number may be any unit's; a number with a unit must be that unit's.
        if amount not in known and not (amount[1] == "" and amount[0] in values)
    }


def _sino(number: str) -> int:
    """The value of "삼", "십오", "이백오"; 1 for what is no numeral."""
    if number.isdigit():
        return int(number)
    for sign, size in (("백", 100), ("십", 10)):
        if sign in number:
            head, _, rest = number.partition(sign)
            return _ONES.get(head, 1) * size + (_sino(rest) if rest else 0)
    return _ONES.get(number, 1)


def _fraction(match: re.Match[str]) -> float:
    if match["half"]:
        return 0.5
    if match["of"]:
        return round(_COUNTED[match["one"]] / _COUNTED[match["of"]], 3)
    return round(_sino(match["part"]) / (_sino(match["whole"]) or 1), 3)


def _amount(value: float, unit: str) -> Amount:
    if unit in _HOURS:
        return round(value * _HOURS[unit], 3), "h"
    return value, _SAME.get(unit, unit)
