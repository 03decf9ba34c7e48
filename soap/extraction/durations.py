"""Since when and how often, as it was said; and quantities that can be compared."""

import re
from dataclasses import dataclass

_WORDS = {
    "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
    "열": 10, "석": 3, "넉": 4, "하나": 1, "둘": 2, "셋": 3, "넷": 4, "스무": 20,
    "한두": 1.5, "두세": 2.5, "두서너": 3, "서너": 3.5, "네다섯": 4.5, "대여섯": 5.5, "예닐곱": 6.5,
}  # fmt: skip
_DAYS = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "열흘": 10, "보름": 15}
_WORD = r"한두|두세|두서너|서너|네다섯|대여섯|예닐곱|다섯|여섯|일곱|여덟|아홉|하나|스무|열|한|두|세|네|석|넉|둘|셋|넷"
NUMBER = rf"(?:\d+(?:[.,]\d+)?|{_WORD})"
_DAY = r"그끄저께|그저께|그제|엊그제|어제|오늘|어젯밤|간밤|밤새|새벽|아침|점심|저녁|오전|오후|낮|밤|주말|지난주|지난달|이번\s*주|월요일|화요일|수요일|목요일|금요일|토요일|일요일"
_UNITS = r"분|시간|일|주일?|개월|달|년|시(?!간)|하루"
_LENGTH = rf"(?:약\s*|한\s*)?(?:{NUMBER}(?:\s*[~-]\s*\d+)?\s*(?:분|시간|일|주일|주|개월|달|년)|하루|이틀|사흘|나흘|닷새|일주일|열흘|보름|며칠|한참|몇\s*(?:시간|일|주|달))(?:\s*반)?"
ONSET = re.compile(
    rf"(?:(?:{_DAY})\s*(?:{_DAY}|{NUMBER}\s*시|쯤)?\s*(?:쯤|경|즈음)?\s*부터"
    rf"|{NUMBER}\s*시\s*(?:반)?\s*(?:쯤|경)?\s*부터"
    rf"|{_LENGTH}\s*(?:정도|쯤)?\s*(?:전(?:쯤)?(?:에|부터)?|째|됐|되었|되|된|동안|가량))"
    r"|(?:갑자기|방금|아까|조금\s*전|좀\s*전)"
)
FREQUENCY = re.compile(
    rf"(?:하루|오늘|어제|밤새|한\s*시간|일주일|1분|시간당|분당|매일|주)\s*(?:에|만|동안)?\s*{NUMBER}\s*(?:[~-]\s*\d+)?\s*(?:번|회|차례)|{NUMBER}\s*(?:번|회|차례)(?:째|이나|정도|씩)?"
)
_QUANTITY = re.compile(
    rf"(?P<number>{NUMBER})\s*(?P<unit>번째|번|회|차례|개월|개|알|정|조각|시간|시|분|초|일|주일|주|달|년|kg|키로|킬로|g|그램|mg|ml|cc|cm|센치|mm|도|살|마리|군데|방울|숟갈|스푼|봉지|포|캔|컵|잔|병)"
    rf"|(?P<days>{'|'.join(_DAYS)})|(?P<day>그끄저께|그저께|그제|엊그제|어제|오늘)",
    re.I,
)
_SAME_UNIT = {"회": "번", "차례": "번", "번째": "번", "키로": "kg", "킬로": "kg", "그램": "g", "센치": "cm", "정": "알", "주일": "주"}  # fmt: skip


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, and the words that say it. A day of the week has the unit 날."""

    value: float | str
    unit: str
    words: str
    start: int
    end: int

    def is_same(self, other: "Quantity") -> bool:
        return (self.value, self.unit) == (other.value, other.unit)


def quantities(text: str) -> list[Quantity]:
    return [_quantity(match) for match in _QUANTITY.finditer(text)]


def onset(text: str) -> str:
    """The first words that say since when; empty when none do."""
    match = ONSET.search(text)
    return re.sub(r"\s+", " ", match.group().strip()) if match else ""


def frequency(text: str) -> str:
    match = FREQUENCY.search(text)
    return re.sub(r"\s+", " ", match.group().strip()) if match else ""


def _quantity(match: re.Match[str]) -> Quantity:
    if match["days"]:
        return Quantity(float(_DAYS[match["days"]]), "일", match.group(), *match.span())
    if match["day"]:
        day = {"그제": "그저께"}.get(match["day"], match["day"])
        return Quantity(day, "날", match.group(), *match.span())
    unit = match["unit"].lower()
    return Quantity(
        _value(match["number"]), _SAME_UNIT.get(unit, unit), match.group(), *match.span()
    )


def _value(number: str) -> float:
    return float(_WORDS[number]) if number in _WORDS else float(number.replace(",", "."))
