"""What was measured or seen: values with units, who measured them, and photos described."""

import re
from dataclasses import dataclass

_N = r"(?:\d+(?:[.,]\d+)?)"
_WORD = r"(?:다섯|여섯|일곱|여덟|아홉|열|스물|서른|마흔|쉰|예순|일흔|여든|백)[가-힣]{0,3}"
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("체온", re.compile(r"(?:체온|열|직장|온도|체온계|(?<![가-힣])재(?!채|발|진|검|활|우|촉)|쟀)[가-힣\s]*?[^0-9]{0,10}?(?:3[4-9]|4[0-3])(?:[.,]\d)?(?!\d)\s*(?:도|℃|°)?(?!번|회|분|kg|g|초)|(?<!\d)(?:3[5-9]|4[0-2])(?:[.,]\d)?\s*(?:도|℃|°)(?![가-힣]*\s*(?:온도|기온|더위))|(?:삼십[오육칠팔구]|사십일?이?)\s*(?:점\s*[일이삼사오육칠팔구])?\s*도", re.I)),
    ("체중", re.compile(rf"저울[가-힣\s]{{0,6}}?{_N}\s*(?:kg|키로|킬로|g|그램)|(?:체중|몸무게|무게|나가|(?<![가-힣])재(?!채|발|진|검|활|우|촉)|쟀)[가-힣\s]{{0,14}}?{_N}\s*(?:kg|키로|킬로|g|그램|k(?![a-z]))?(?![\d도회번분초%])|(?<![\d.]){_N}\s*(?:kg|키로|킬로)(?!칼로리|미터)|{_N}\s*(?:g|그램)(?:이|으로|에서|까지|나|밖)?\s*(?:나가|나오|나왔|이었|였|빠|줄)", re.I)),
    ("호흡수", re.compile(rf"호흡\s*수[가-힣\s,:=]*?{_N}|(?:호흡|숨)[가-힣\s,]*?(?:(?:1|일|한)\s*분(?:에|당|동안)?\s*[가-힣\s]*?|분당\s*)?(?:{_N}|{_WORD})\s*(?:회|번|정도|이상|넘|까지|쯤|이|예|였)|(?:분당|(?:1|일|한)\s*분(?:에|당|동안))\s*[가-힣\s]{{0,8}}?(?:{_N}|{_WORD})\s*(?:회|번)?(?=[가-힣\s]*(?:숨|호흡|쉬|쉼))", re.I)),
    ("심박수", re.compile(rf"(?:심박|맥박|심장\s*박동|심장이?\s*뛰|박동)[가-힣\s,:=]*?(?:(?:1|일|한)\s*분(?:에|당|동안)?\s*)?[가-힣\s]*?(?:{_N}|{_WORD})\s*(?:회|번|bpm|정도|이상|넘|이|예|였)?", re.I)),
    ("CRT", re.compile(rf"(?:잇몸|crt|모세)[가-힣\s]*?.{{0,20}}?(?:{_N}|[한두세네])\s*초", re.I)),
    ("검사 수치", re.compile(rf"(?<![a-z])(?:bun|crea?|creatinine|alt|ast|alp|alkp|ggt|sdma|t4|ft4|tsh|wbc|rbc|hct|pcv|plt|crp|saa|bnp|nt-?probnp|cpl|fpl|spo2|spO₂|glu|glucose|tbil|tp|alb|na|k|cl|ca|phos|nh3|upc|usg|ph|il-?6|lipase|amylase|hgb|cortisol)(?![a-z])[가-힣\s:=]*?[가-힣]{{0,4}}\s*[<>]?\s*{_N}|(?:크레아티닌|크레아|요소질소|혈당|산소포화도|산소\s*포화도|포화도|간\s*수치|신장\s*수치|콩팥\s*수치|염증\s*수치|빈혈\s*수치|췌장\s*수치|백혈구|적혈구|혈소판|헤마토크릿|적혈구용적|갑상선\s*수치|혈압|수축기|안압|요비중|암모니아|칼륨|나트륨|칼슘|콜레스테롤|중성지방|알부민|빌리루빈|황달\s*수치|수치)[가-힣\s:=,]*?(?:\d+(?:[.,]\d+)?)|{_N}\s*(?:mg/dl|mmol|mmhg|ng/ml|u/l|iu/l|bpm|%)", re.I)),
    ("크기", re.compile(rf"{_N}\s*(?:[x×*~-]\s*{_N}\s*)?(?:cm|mm|센치|센티|미리(?!그램)|밀리미터)(?!리터)", re.I)),
    ("점막 색", re.compile(r"(?:잇몸|혓바닥|혀|점막|입\s*안|입안)[가-힣\s]*?(?:하얗|하얘|하얀|허옇|허얘|창백|희|핑크|분홍|연분홍|빨갛|빨개|붉|파랗|파래|파란|푸르|보라|노랗|노래|노란|누렇|회색|갈색|청색|흰|정상)")),
    ("검사 소견", re.compile(r"(?:엑스레이|x-?ray|방사선|초음파|ct|mri|내시경|피검사|혈액\s*검사|소변\s*검사|분변\s*검사|변\s*검사|키트|심전도|현미경|세포\s*검사|세침|형광\s*염색|유전자\s*검사|항체|검사)(?![가-힣]*\s*(?:받|해야|하면|할|예약)).{0,30}?(?:나왔|나온|나와|보인|보였|보이|있대|없대|[래대]요|양성|음성|정상|높|낮|확인|의심|이상\s*없|소견)|(?:양성|음성)\s*(?:나왔|이래|이었|반응|이라)", re.I)),
)  # fmt: skip
_NOT_BODY = re.compile(
    r"실내|방\s*온도|기온|바깥|날씨|물\s*온도|히터|에어컨|전기장판|보일러|새장\s*온도|사육장|케이지\s*온도"
)
_FOOD = re.compile(
    r"먹|삼켰|급여|주었|줬|주고|초콜릿|초코|사료|간식|포도|양파|짜리|용량|약을|마셔|마시|음수"
)
_MEASURED = re.compile(r"(?<![가-힣])재(?!채|발|진|검|활|우|촉)|쟀|체중|몸무게|나가|측정|저울|무게")
_MEASURES_SOON = re.compile(
    r"(?:(?<![가-힣])재(?!채|발|진|검|활|우|촉)|쟀|세|세어|세봤|측정|찍|검사|갔더|다녀|데려가|저울|체온계|봤|눌러|확인|보니|병원)[가-힣]*"
)
_CLINIC = re.compile(
    r"병원|선생님|수의사|의사|원장|검진|진료|피검사|혈액\s*검사|엑스레이|초음파|입원"
)
_AT_HOME = re.compile(r"집에서|제가|저희가|직접|주방저울|체온계로|앱으로")
_OWN_DEVICE = re.compile(r"혈당기|집에\s*(?:있는|혈당|체온)|귀체온계|가정용")
_LAB = ("검사 수치", "검사 소견")
_PHOTO = re.compile(r"(?:사진|영상|동영상|비디오)")
_SHOWN = re.compile(
    r"(?:사진|영상|동영상|비디오)[가-힣]*\s*(?:을|를|에|에서|상|속|으로|처럼|보면|보시면|보니|봐도|보이|에는|은|을\s*보)?[가-힣\s]*?(?:보시|보면|보니|처럼|보이|보여|상으로|에서|에는|찍힌|속|찍었는데|찍어봤는데|올렸는데|보시다시피)"
)
_SIZE_WORDS = re.compile(
    rf"(?:지름|크기|길이|약|한)?\s*{_N}\s*(?:[x×*~-]\s*{_N}\s*)?(?:cm|mm|센치미터|센치|센티미터|센티|미리)\s*(?:정도|쯤|가량|크기|만\s*한|되는|의|짜리|정도의|정도\s*되는|크기의|크기로)*\s*",
    re.I,
)
_PLAIN_RATE = re.compile(rf"(?:{_N}|{_WORD})\s*(?:회|번)(?!째)|^{_N}$")
_PLAIN_NUMBER = re.compile(rf"(?<!\d){_N}(?!\d|\s*(?:분|시간|일|주|개월|달|살|년|시|개|알))")
_COUNTS = re.compile(r"(?P<heart>심장|심박|맥박)|숨|호흡")
_COUNTED = re.compile(
    rf"(?:1|일|한)\s*분(?:에|당|동안)?\s*[가-힣\s]{{0,4}}?(?:{_N}|{_WORD})|분당\s*(?:{_N}|{_WORD})"
)
_ASKED_FOR = (
    ("호흡수", re.compile(r"호흡\s*수|호흡|숨")),
    ("심박수", re.compile(r"심박|맥박")),
    ("체온", re.compile(r"체온|열")),
    ("체중", re.compile(r"체중|몸무게")),
    ("점막 색", re.compile(r"잇몸|혀|점막")),
    ("검사 수치", re.compile(r"혈당|수치")),
)
_COLOURS = re.compile(r"^(?:.{0,12}\s)?(?:하얀|흰|하얗|하얘|창백|핑크|분홍|연분홍|빨간|빨갛|붉은|파란|파랗|보라|노란|노랗)[가-힣]*(?:\s*(?:이에요|예요|에요|이요|요|같아요|편이에요|해요))?$")  # fmt: skip


_GOES_ON = re.compile(
    rf"^(?:(?:아침|점심|저녁|밤|새벽|오전|오후|오늘|어제|지금|다시|또|이번|방금|한\s*시간)[가-힣]*\s*)+[가-힣\s]{{0,8}}{_N}\s*(?:도|kg|키로|회|번)?(?:이|나|예|였|래|$|\s*나)"
)
_VITAL = re.compile(r"체온|호흡수|심박수|맥박|혈압|혈당|수치")
_YES = re.compile(r"^(?:네+|예|응+|넵)(?![가-힣])[\s,]*")
_IN_RANGE = re.compile(r"정상|괜찮|높|낮")


@dataclass(frozen=True)
class Measure:
    """Which kinds of values a clause holds."""

    kinds: tuple[str, ...]
    is_answer: bool = False
    """Whether only the question tells what was measured."""

    @property
    def is_lab(self) -> bool:
        return any(kind in _LAB for kind in self.kinds)


def measured(text: str, context: str = "", asked: str = "", around: str = "") -> Measure | None:
    """The values of a clause. `context` is what was said right before in the sentence, `asked`
    what the assistant asked for last: "세어 보니 48회요" counts what was asked. `around` is the
    whole message: "숨은 빨라요 세보니 1분에 60" counts breaths."""
    kinds = [kind for kind, pattern in _KINDS if _holds(kind, pattern, text)]
    if not kinds and context and _MEASURES_SOON.search(context):
        joined = f"{context} {text}"
        kinds = [
            kind
            for kind, pattern in _KINDS
            if re.search(r"\d|색", text)
            and _holds(kind, pattern, joined)
            and not _holds(kind, pattern, context)
        ]
        if not kinds and re.search(r"잇몸|혀|점막", context) and _COLOURS.search(text):
            kinds = ["점막 색"]
        if not kinds and (said := _VITAL.search(context)) and _IN_RANGE.search(text):
            kinds = [said.group()]
    if not kinds and _COUNTED.search(text) and (told := _COUNTS.search(f"{around} {text}")):
        kinds = ["심박수" if told["heart"] else "호흡수"]
    if not kinds and asked:
        kinds = _answered(text, asked)
        return Measure(tuple(kinds), is_answer=True) if kinds else None
    return Measure(tuple(kinds)) if kinds else None


def is_reading(text: str) -> bool:
    """Whether a bare number was read off a meter: "20분 뒤에 110 나왔어요"."""
    return bool(
        re.search(r"(?<!\d)\d{2,3}(?!\d|[.,]\d)\s*(?:이|으로)?\s*(?:나왔|나와|떴|찍혔)", text)
    )


def goes_on(text: str) -> bool:
    """Whether a bare number follows a measured one: "저녁에 280 나왔어요"."""
    return bool(_GOES_ON.match(text))


def who(text: str, sentence: str, kinds: tuple[str, ...]) -> str:
    """Who measured, as the note says it."""
    if _AT_HOME.search(text) or _OWN_DEVICE.search(sentence):
        return "보호자 관찰" if kinds == ("점막 색",) else "보호자 측정"
    if _CLINIC.search(text) or _CLINIC.search(sentence):
        return "병원 측정" if "검사 소견" not in kinds[:1] else "병원 검사"
    if any(kind in _LAB for kind in kinds) and "혈당" not in text:
        return "병원 검사"
    return "보호자 관찰" if kinds == ("점막 색",) else "보호자 측정"


def describes_photo(text: str) -> bool:
    return bool(_SHOWN.search(text))


def goes_on_photo(text: str, message: str) -> bool:
    """Whether a sentence shows what a photo of the same message holds: "보시면 빨개요"."""
    return bool(_PHOTO.search(message)) and bool(re.match(r"(?:여기\s*)?(?:보시|보면|보이)", text))


def with_name(text: str, kind: str) -> str:
    """A bare value with what was asked for: "2.5" -> "체중 2.5"."""
    name = {"점막 색": "잇몸·점막", "검사 수치": "수치"}.get(kind, kind)
    return text if name in text else f"{name} {_YES.sub('', text)}"


def without_size(text: str) -> str:
    """A clause without the size in it, for the sign that it belongs to."""
    return re.sub(r"\s+", " ", _SIZE_WORDS.sub(" ", text)).strip()


def leads_to_value(text: str) -> bool:
    """Whether a clause only tells that something was about to be measured."""
    return bool(_MEASURES_SOON.search(text)) and not re.search(r"\d", text)


def _holds(kind: str, pattern: re.Pattern[str], text: str) -> bool:
    if not pattern.search(text):
        return False
    if kind == "체온":
        return not _NOT_BODY.search(text)
    if kind == "체중":
        return not _FOOD.search(text) or bool(re.search(r"체중|몸무게|나가", text))
    return True


def _asks_count(kind: str, asked: str) -> bool:
    """Whether one and the same question asks how often the animal breathes, or its heart beats."""
    what = "호흡|숨" if kind == "호흡수" else "심박|맥박|심장"
    counts = r"몇\s*(?:번|회)|세어|1분|분당|횟수"
    return bool(re.search(rf"(?:{what})[^?.]*(?:{counts})|(?:{counts})[^?.]*(?:{what})", asked))


def _answered(text: str, asked: str) -> list[str]:
    for kind, pattern in _ASKED_FOR:
        if not pattern.search(asked):
            continue
        if (
            kind in ("호흡수", "심박수")
            and _PLAIN_RATE.search(text)
            and (re.search(r"분|세|재|쟀|회", text) or _asks_count(kind, asked))
        ):
            return [kind]
        if (
            kind in ("체온", "체중", "검사 수치")
            and re.fullmatch(
                r"\D{0,8}\d+(?:[.,]\d+)?\s*(?:kg|키로|킬로|g|그램|도)?\D{0,6}", text, re.I
            )
            and (re.search(r"재|쟀|[.,]", text) or re.search(r"g|그램|키로|킬로|도", text, re.I))
        ):
            return [kind]
        if kind == "점막 색" and _COLOURS.search(_YES.sub("", text)):
            return [kind]
    return []
