"""A word taken back in the same breath: "62... 아니 52요" says 52, "왼쪽 아 오른쪽" the right."""

import re

_NUMBER = r"(?:\d+(?:[.,]\d+)?|한두|두세|서너|다섯|여섯|일곱|여덟|아홉|열|한|두|세|네)"
_UNIT = r"(?:번|회|개월|개|알|조각|시간|시|분|일|주일|주|달|년|kg|키로|킬로|g|그램|cm|센치|도|마리|군데|방울)"
_DAYS = r"(?:하루|이틀|사흘|나흘|닷새|일주일|열흘|보름|한\s*달)"
_KINDS = (
    rf"(?:{_NUMBER}\s*{_UNIT}?|{_DAYS})",
    r"[월화수목금토일]요일",
    r"(?:왼|오른|앞|뒷|뒤|양)(?:쪽|다리|발|눈|귀)?",
    r"(?:그끄저께|그저께|그제|어제|오늘|엊그제)\s*(?:새벽|아침|점심|저녁|밤)?",
)
_TAIL = r"(?:부터|까지|에|쯤|정도|경)?(?:이에요|예요|이요|요)?"
_BREAK = r"(?:\s*[.…?!,~]+\s*|\s+)"
_BACK = r"(?:아니(?:다|야|요|네요|네|지)?|아+|앗|헉|아참|참)(?:[\s,.…]+(?:잘못\s*[가-힣]+|다시\s*보니|착각[가-힣]*))?"
_TAKEN = tuple(
    re.compile(rf"(?:(?<=^)|(?<=[\s,.]))(?:한\s+)?{kind}{_TAIL}{_BREAK}{_BACK}[\s,.…]+(?=(?:한\s+)?{kind})", re.I)
    for kind in _KINDS
)  # fmt: skip
# "몸무게 82g (지난달엔 91g)": the value of now is the one outside.
_BEFORE = re.compile(r"\((?:지난|저번|작년|예전|원래|전에는)[^)]{0,30}\)")
# "680g 구토 없음": a value that answers, and then another sentence.
_VALUE_FIRST = re.compile(
    rf"^(\s*{_NUMBER}\s*(?:kg|키로|킬로|g|그램|도|회|번)(?:요|이요|이에요|예요)?)\s+(?!나[오와가갔]|정도|쯤|밖|이에|[됐됩돼])(?=[가-힣]{{1,6}}(?:은|는|이|가|도|을|를)?\s)",
    re.I,
)


def settled(text: str) -> str:
    """The text as its speaker let it stand."""
    text = _BEFORE.sub("", text)
    for pattern in _TAKEN:
        text = pattern.sub("", text)
    return _VALUE_FIRST.sub(r"\1. ", text)
