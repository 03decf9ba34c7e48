"""A question of the assistant's and a short answer to it: what neither of them says alone."""

import re
from dataclasses import dataclass

from inference.triage.reading import squeeze
from soap.extraction.durations import onset, quantities
from soap.extraction.signs import Named, lexicon, named

LONGEST_ANSWER = 60
LEAST_REST = 5
LONGEST_BARE = 14
_QUESTION = re.compile(r"[^.?!\n]*\?")
_LEAD = re.compile(r"^(?:혹시|그럼|그러면|네|아|음|그리고|또|지금은|지금)[\s,]+")
_YES = re.compile(
    r"^(?:네+|예+|응+|넵|넹|ㅇㅇ|맞아요?|맞습니다|그래요?|그렇습니다)(?![가-힣])[\s,]*"
)
_NO = re.compile(
    r"^(?:아니+(?:요|오|여|욤)?|아녀|아뇨|ㄴㄴ|전혀(?:요)?|없(?:어요?|음|습니다)|별로(?:요)?|아직(?:은)?(?:요)?|딱히(?:요)?)(?![가-힣])[\s,]*"
)
_UNKNOWN = re.compile(r"모르|모름|글쎄|확실|기억|안\s*(?:재|봐|봤|세)|못\s*(?:재|봤|봐|세)")
_NOT = re.compile(r"(?:없|않|안\s*[가-힣]+)(?:는가요|은가요|나요|죠|지요|을까요|습니까)?\?$")
# What an owner can or will do tells nothing of the animal.
_OFFERS = re.compile(r"수\s*있|주시|주실|가실|시겠|원하|괜찮|될까|드릴까|가까이|알려|예약|이해")
_OF_OTHERS = re.compile(
    r"다른\s*(?:아이|강아지|고양이|동물|애|반려)|사람|가족|보호자|같이\s*사는|집에\s"
)
_OF_PAST = re.compile(r"예전|전에(?:도|는)?\s|과거|평소|이전|어릴\s*때|지난번")
_WHEN = re.compile(r"언제|며칠|얼마나\s*(?:됐|되|오래|지났)|몇\s*(?:일|시간|주|달)")
_SINCE = re.compile(
    r"부터|전$|째|^(?:한\s*)?(?:\d+\s*(?:일|주|달|개월|시간)|하루|이틀|사흘|나흘|일주일|열흘|보름|[한두세]\s*(?:달|주|시간))\s*(?:쯤|정도|된|됐|넘|$)"
)
_COUNTING = re.compile(r"몇\s*(?:번|회|개|마리|알|조각|단위)|얼마나\s*(?:자주|먹|마시)")
_NEGATIVE = re.compile(r"안\s*[가-힣]|않|없|못\s*[가-힣]|아니")
_POLAR = re.compile(r"(?:나요|가요|까요|셨나요|죠|지요|어요|아요)\?$")
_ASKS_WHAT = re.compile(r"언제|며칠|얼마|몇|어떤|어떻|무엇|무슨|어디|왜|누가|뭐")
_HAS = re.compile(
    r"(식욕|입맛|기운|기력|활력|의식|반응|힘)(?:은|는|이|가|도)?\s*(?:좀|조금|여전히)?\s*(?:있|남아)"
)
_DOES = re.compile(
    r"(먹|드시|마시|보|싸|누|걷|걸|움직|일어나|놀|뛰|자|쉬|뜨|삼키)(?=나요|는가요|는지|고\s*있나요|시나요|던가요|죠|지요)"
)
_ALTERNATIVES = re.compile(r"(?:나요|가요|까요)[\s,]+.*(?:나요|가요|까요)\?$|아니면|혹은|또는")
_ENDINGS = (
    (re.compile(r"^(.+?)(?:은|는|이|가)?요$"), r"\1"),
    (re.compile(r"^(.+?)(?:이에요|예요|에요|인가요|일까요)$"), r"\1"),
)


@dataclass(frozen=True)
class Answer:
    """What a short answer tells. `verdict` is "yes", "no" or "value"; `text` says it with its
    question; `signs` are what it affirms, `denied` what it denies."""

    verdict: str
    text: str
    signs: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    is_past: bool = False
    is_when: bool = False
    is_whole: bool = True
    """Whether nothing of the answer is left to be read by itself."""


def answered(answer: str, has_verb: bool, asked: str) -> Answer | None:
    """The answer with its question; None when it stands by itself or answers nothing."""
    question = the_question(answer, asked)
    if (
        not question
        or _UNKNOWN.search(answer)
        or len(answer) > LONGEST_ANSWER
        or _OF_OTHERS.search(question)
    ):
        return None
    held = named(squeeze(question))
    if match := _YES.match(answer):
        return (
            _yes(question, answer, held) if not _is_offer(question, answer[match.end() :]) else None
        )
    if match := _NO.match(answer):
        return _no(question, answer, answer[match.end() :], held)
    if len(squeeze(answer)) <= LONGEST_BARE and not (has_verb and named(squeeze(answer))):
        return _value(question, answer, has_verb, held)
    return None


def share_a_word(answer: str, asked: str) -> bool:
    """Whether an answer takes a word of the question up again."""
    words = {word[:2] for word in re.findall(r"[가-힣A-Za-z]{2,}", asked)}
    return any(word[:2] in words for word in re.findall(r"[가-힣A-Za-z]{2,}", answer))


def is_bare(answer: str) -> bool:
    """A yes or no and nothing else."""
    return any((match := one.match(answer)) and match.end() == len(answer) for one in (_YES, _NO))


def the_question(answer: str, asked: str) -> str:
    """The one question that was asked, or of several the one that asks for such an answer."""
    questions = [_LEAD.sub("", one.strip()) for one in _QUESTION.findall(asked[-800:])]
    if len(questions) == 1:
        return questions[0]
    if onset(answer) or _SINCE.search(answer):
        return next((one for one in questions if _WHEN.search(one)), "")
    if quantities(answer):
        counting = [one for one in questions if _COUNTING.search(one)]
        return counting[0] if len(counting) == 1 else ""
    return ""


def subject_of(question: str) -> str:
    """The question as the thing that it asks after: "배가 빵빵한가요?" -> "배가 빵빵한지"."""
    plain = question.rstrip("? ").strip()
    if _ALTERNATIVES.search(question):
        return f"“{plain}?”"
    if plain.endswith("나요"):
        return f"{plain[:-2]}는지"
    if plain.endswith(("가요", "까요")) and _final(plain[-3:-2]) in ("ㄴ", "ㄹ"):
        return f"{plain[:-2]}지"
    if plain.endswith("어요") and _final(plain[-3:-2]) == "ㅆ":
        return f"{plain[:-2]}는지"
    for pattern, noun in reversed(_ENDINGS):
        if match := pattern.match(plain):
            return match.expand(noun)
    return f"“{plain}?”"


def _yes(question: str, answer: str, held: tuple[Named, ...]) -> Answer | None:
    if _NOT.search(question):
        return Answer("no", "", denied=tuple(one.sign.name for one in held))
    signs = [*held, *named(squeeze(answer))]
    if not signs and not lexicon().topics.search(squeeze(question)):
        return None
    names = tuple(dict.fromkeys(one.sign.name for one in signs if not _is_conditional(one)))
    return Answer("yes", _told(question, answer), names, is_past=bool(_OF_PAST.search(question)))


def _no(question: str, answer: str, rest: str, held: tuple[Named, ...]) -> Answer | None:
    if _NOT.search(question):
        return None
    lost = () if held else named(_negated(question))
    names = tuple(one.sign.name for one in lost if one.sign.is_lost and one.is_meant)
    if names:
        return Answer("yes", _told(question, answer), names)
    denied = tuple(one.sign.name for one in held)
    if _lacks_equipment(question):
        return Answer("yes", _told(question, answer))
    return Answer("no", "", denied=denied, is_whole=len(squeeze(rest)) < LEAST_REST)


def _value(question: str, answer: str, has_verb: bool, held: tuple[Named, ...]) -> Answer | None:
    if has_verb and not lexicon().topics.search(squeeze(question)):
        return None
    if len(held) > 1 and named(squeeze(answer)):
        return None
    is_polar = bool(_POLAR.search(question)) and not _ASKS_WHAT.search(question)
    if is_polar and _NEGATIVE.search(answer):
        return _no(question, answer, answer if has_verb else "", held)
    if _OFFERS.search(question):
        return None
    is_when = bool(_WHEN.search(question))
    names = tuple(one.sign.name for one in held if one.is_meant or not _NOT.search(question))
    return Answer("value", _told(question, answer), names, is_when=is_when)


def _told(question: str, answer: str) -> str:
    return f"{subject_of(question)}: {answer}"


def _is_offer(question: str, rest: str) -> bool:
    return bool(_OFFERS.search(question)) and not named(squeeze(rest))


def _is_conditional(one: Named) -> bool:
    return one.is_conditional


def _negated(question: str) -> str:
    """The question about a function with that function gone: "밥은 먹나요" -> "밥은안먹나요"."""
    plain = _HAS.sub(r"\1 없", question)
    return squeeze(_DOES.sub(r"안\1", plain))


def _lacks_equipment(question: str) -> bool:
    return bool(re.search(r"UVB|조명|램프|히터|열등|칼슘제|건초를?\s*(?:주|급여)", question, re.I))


def _final(syllable: str) -> str:
    """The final consonant of a syllable: ㄴ, ㄹ, ㅆ, or an empty text."""
    if not syllable or not "가" <= syllable <= "힣":
        return ""
    return {4: "ㄴ", 8: "ㄹ", 20: "ㅆ"}.get((ord(syllable) - 0xAC00) % 28, "")
