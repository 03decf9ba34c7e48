"""응답 검증: each sentence before it is released, and the whole before it is kept.

What an owner must never read from us: a dose or drug amount, a prescription, a claim to be a
veterinarian, an invented source, a link (Korean Veterinarians Act, articles 10 and 12: only a
veterinarian who examined the animal diagnoses and prescribes).
"""

import re
import unicodedata
from collections.abc import Collection

from inference.pipeline.generate import CITATION

LEAST_CHARACTERS = 20
LEAST_KOREAN_SHARE = 0.3


class InvalidReplyError(Exception):
    """The answer as a whole may not stand. The next model is asked."""


_UNIT = r"(?:mg|밀리\s*그램|mcg|µg|μg|마이크로\s*그램|iu|국제\s*단위|ml/kg|cc/kg)"
_NUMBER = r"(?:반|한|두|세|네|다섯|여섯|\d+(?:[./⁄]\d+)?)"
_COUNT = rf"{_NUMBER}\s*(?:알|정(?!제|도|상|기|보|확|말|해)|캡슐|포(?!도|장|유|함)|방울|티스푼|스푼|숟갈|cc|ml|밀리\s*리터|그램|g(?![a-z]))"
# A giving that is asked for: "먹이세요", "먹여 주세요", "급여해 보세요", "하루 두 번 주세요".
_ASKED = (
    r"(?:으?세요|십시오|(?:[아어여]|해|서)?\s*(?:주세요|보세요|주시면|주면 (?:돼|되|좋)|도 (?:돼|괜찮))"
    r"|면 (?:돼|좋|도움)|시면|는 것이 좋)"
)
_GIVE = rf"(?:먹이|먹여|먹으|급여|투여|투약|복용|주사|바르|발라|녹여)\S{{0,3}}\s*{_ASKED}"
_HAND = r"[을를씩만도]{0,2}\s*(?:하루(?:에)?\s*\S{1,3}\s*(?:번|회)(?:씩)?\s*)?(?:정도\s*)?주(?:세요|(?:시)?면 (?:돼|되|좋))"
_DRUG = (
    r"(?:타이레놀|아세트아미노펜|이부프로펜|부루펜|애드빌|아스피린|멜록시캄|프레드니솔론|스테로이드|항생제|아목시실린|세팔렉신"
    r"|메트로니다졸|오메프라졸|파모티딘|마로피턴트|세레니아|가바펜틴|트라마돌|진통제|소염제|지사제|항히스타민|베나드릴"
    r"|과산화수소)"
)
RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dose", re.compile(rf"[\d일이삼사오육칠팔구십백반]\s*{_UNIT}|{_COUNT}(?:[^.?!\n]{{0,24}}?{_GIVE}|{_HAND})", re.I)),
    ("medicine", re.compile(rf"{_DRUG}(?:[^.?!\n]{{0,24}}?{_GIVE}|{_HAND})")),
    ("vomiting", re.compile(r"(?:토하게|구토를?\s*(?:유도|시))[^.?!\n]{0,8}(?:하세요|해\s*주세요|해\s*보세요|시키세요|하는 것이 좋)")),
    ("prescription", re.compile(r"처방(?:전을?|해)\s*(?:드리|드릴|발급|써)|진단서|진료부")),
    ("claims_vet", re.compile(r"(?:저는|제가|나는)\s*(?:수의사|의사|전문의)|수의사(?:로서|인 제가|입니다)")),
    ("diagnosis", re.compile(r"(?:확실히|분명히|틀림없이)[^.?!\n]{0,30}(?:입니다|이에요|예요)|진단(?:합니다|할게요|드립니다|은\s)")),
    ("link", re.compile(r"https?://|www\.|!\[|\]\(|<\s*(?:img|a|script|iframe)", re.I)),
)  # fmt: skip


def problem_of(sentence: str, numbers: Collection[int]) -> str | None:
    """Why a sentence may not be shown, or None. `numbers` are the citations that exist."""
    plain = unicodedata.normalize("NFKC", sentence)
    for name, pattern in RULES:
        if pattern.search(plain):
            return name
    if any(int(number) not in numbers for number in CITATION.findall(sentence)):
        return "invented_source"
    return None


def check_whole(text: str, *, must_cite: bool) -> None:
    """Raise InvalidReplyError when the released text as a whole is no answer."""
    visible = re.sub(r"\s", "", text)
    if len(visible) < LEAST_CHARACTERS:
        raise InvalidReplyError("too short")
    korean = sum("가" <= sign <= "힣" for sign in visible)
    if korean / len(visible) < LEAST_KOREAN_SHARE:
        raise InvalidReplyError("not Korean")
    if must_cite and not CITATION.search(text):
        raise InvalidReplyError("cites nothing")
