"""P: what was really advised, with its date; no dose, no medicine, nothing invented."""

import re
from collections.abc import Iterator

from inference.guard import words
from inference.triage.reading import squeeze
from soap.draft import Evidence, Said, Sentence, Talk
from soap.extraction import meant
from soap.extraction.signs import named
from soap.extraction.told import Told

LONGEST_READ = 8000
MOST = 12
_END = re.compile(r"\n+|(?<=[.!?。])\s+|(?<=[요다])\s+(?=[가-힣]{2,}[은는이가을를]\s)")
_HEADING = re.compile(r"^\s*(?:#{1,6}\s*|\*\*)(?P<name>[^*#\n]{2,40}?)\**\s*:?\s*$")
_MARKS = re.compile(r"\[\d{1,3}\]|\*\*|__|`|^\s*(?:[-*•·>]|\d{1,2}[.)])\s*|^#+\s*")
# The urgency that an answer begins with is no part of its first sentence.
_BADGE = re.compile(r"^\s*\*\*(?:응급|당일 진료|진료 예약|집에서 관찰)\*\*\s*")
_NOT_ADVICE = ("무엇일 수", "알려 주시면", "가능성", "참고", "출처")
_DANGER = ("이럴 때", "바로 병원")
_TO_DO = ("지금 할 일", "하지 말아야", "할 일", "관리")
_ADVISES = re.compile(
    r"(?:세요|십시오|시기\s*바랍니다|바랍니다|[아어여해]야\s*(?:해요|합니다|돼요|됩니다|할|하고|해)|(?:것이|게|편이|걸)\s*(?:좋|권|안전|도움)|좋아요|좋습니다|좋겠|권해|권합니다|추천|필요해요|필요합니다|필요가\s*있|안\s*돼요|안\s*됩니다|응급이에요|하셔야|가셔야|시고|말고|마시고|금지|삼가)"
)
_INFORMATION = re.compile(
    r"\?|^(?!.*(?:병원|바로|즉시)).*(?:알려|말씀해|말해|답해|올려|적어\s*보내|설명해)\s*(?:주|줘|주시)|걱정|안녕|반갑|다행|감사|괜찮은\s*편|도와드릴|말씀\s*주|쾌유|궁금"
)
_IF = re.compile(
    r"[^,.]*?(?:면|거나|때는?|경우(?:에는?)?|지\s*않(?:게|도록)|[하우]는지|하게)(?=[\s,])"
)
_ILLNESS = re.compile(
    r"[가-힣]{1,6}(?:염|병|증|암|종양|장애|부전|탈구|파열|결석|중독|감염|골절|수술|기능저하|항진)|디스크|쿠싱|당뇨|파보|홍역|백내장|녹내장|사상충"
)
_RETURNS = re.compile(r"병원|응급실|진료|내원|재진|수의사|연락")


def sentences(talk: Talk, told: Told) -> tuple[Sentence, ...]:
    """Advice in the order in which it was given, each once; when to see a vet is never cut off."""
    found: dict[str, Sentence] = {}
    for said in talk.assistants:
        for text in _advice(said):
            animal = talk.animal
            whose = meant.other_subject(text, animal.name, animal.species, told.others)
            if whose == "other" or _recalls(text, told):
                continue
            key = squeeze(text)
            if key and not any(key in known or known in key for known in found):
                found[key] = Sentence(f"{text}{_date(said)}", (Evidence("message", said.id),))
    return _shortened(tuple(found.values()))


def lines(text: str) -> Iterator[tuple[str, str]]:
    """The sentences of an answer, each with the heading that it stands under."""
    heading = ""
    for row in text[:LONGEST_READ].split("\n"):
        if match := _HEADING.match(row):
            heading = match["name"].strip()
            continue
        for sentence in _END.split(row):
            if sentence and sentence.strip():
                yield heading, sentence


def cleaned(text: str) -> str:
    """A line without its marks of layout."""
    return re.sub(r"\s+", " ", _MARKS.sub("", _BADGE.sub("", text).strip())).strip()


def _recalls(text: str, told: Told) -> bool:
    """Whether advice speaks of what the owner denied or of a past illness as if it were so."""
    plain = _IF.sub("", text)
    denied = set(told.denied_signs)
    if any(one.sign.name in denied and one.is_meant for one in named(squeeze(plain))):
        return True
    held = " ".join(fact.text for fact in told.facts)
    gone = {word for fact in told.past for word in _ILLNESS.findall(fact.text)}
    return any(word in plain and word not in held for word in gone)


def _advice(said: Said) -> Iterator[str]:
    dangers: list[str] = []
    for heading, line in lines(said.text):
        text = cleaned(line)
        if len(text) < 5 or heading.startswith(_NOT_ADVICE) or "긴급도" in text:
            continue
        if words.forbidden(words.normalise(text)) is not None:
            continue
        if any(name in heading for name in _DANGER):
            dangers.append(text.rstrip("."))
        elif _is_advice(text, heading):
            yield text
    if dangers:
        yield f"이럴 때는 바로 병원에 가기: {', '.join(dangers)}"


def _is_advice(text: str, heading: str) -> bool:
    if _INFORMATION.search(text):
        return False
    return bool(_ADVISES.search(text)) or any(name in heading for name in _TO_DO)


def _date(said: Said) -> str:
    return f" ({said.at:%Y-%m-%d} 안내)" if said.at is not None else ""


def _shortened(found: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    if len(found) <= MOST:
        return found
    first = [one for one in found if _RETURNS.search(one.text)]
    kept = (first + [one for one in found if one not in first])[:MOST]
    return tuple(one for one in found if one in kept)
