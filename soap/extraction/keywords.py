"""The keyword block on top of a note."""

import re

from inference.triage.reading import squeeze
from inference.triage.types import DANGERS
from soap.draft import Animal, Talk
from soap.extraction.assessment import grave
from soap.extraction.durations import onset
from soap.extraction.signs import named
from soap.extraction.told import Told

SPECIES = {
    "dog": "강아지", "cat": "고양이", "rabbit": "토끼", "hamster": "햄스터",
    "guinea_pig": "기니피그", "bird": "새", "ferret": "페럿", "reptile": "파충류",
}  # fmt: skip
SEX = {"male": "수컷", "female": "암컷"}
UNKNOWN = "알 수 없음"
NONE = "없음"
# "갑자기" says less than "3일째".
_EXACT = ("부터", "전", "째", "일", "주", "달", "년", "시간", "분", "틀", "흘")
_DAY = re.compile(
    r"(?:그끄저께|그저께|그제|엊그제|어제|오늘|간밤|어젯밤)\s*(?:새벽|아침|점심|저녁|오전|오후|낮|밤)?|"
    r"(?:하루|이틀|사흘|나흘|일주일|열흘|보름|한달|한\s*달|두달|두\s*달|몇\s*달)(?=\s*(?:넘|쯤|정도|만에|됐))"
)
_GIVEN = re.compile(
    r"(?:약|타이레놀|인슐린|진통제|소염제|해열제|항생제|연고|안약|구충제|영양제|유산균|아스피린|이부프로펜|부루펜|지사제)"
    r"[가-힣\s\d]{0,14}?(?:먹였|먹여|먹이|줬|주었|맞혔|맞췄|맞춰|발랐|발라|넣었|투여|놨|놓았)"
)
MOST_SIGNS = 6
MOST_PAST = 4
LONGEST = 120


def block(talk: Talk, told: Told) -> dict[str, str]:
    """The lines by their names; what was denied or is past cannot be taken for a finding."""
    lines = {
        "주증상": ", ".join(told.signs[:MOST_SIGNS]) or _first_words(told),
        "기간": _since(told),
        "종/나이/체중": _signalment(talk.animal),
        "응급 신호": _dangers(talk, told),
        "복용약": _medicines(talk, told),
        "알레르기": ", ".join(talk.animal.allergies) or NONE,
    }
    if talk.animal.conditions:
        lines["기저 질환"] = ", ".join(talk.animal.conditions)
    if told.denied_signs:
        lines["없다고 한 증상"] = ", ".join(f"{name} 없음" for name in told.denied_signs)
    if told.past:
        past = [f"{_shortened(fact.text)} (지난 일)" for fact in told.past[:MOST_PAST]]
        lines["과거력"] = " / ".join(past)
    return lines


def _first_words(told: Told) -> str:
    return _shortened(told.subjective[0].text) if told.subjective else UNKNOWN


def _since(told: Told) -> str:
    if told.since:
        return told.since
    with_signs = [fact for fact in told.subjective if fact.signs] + told.subjective
    found = (re.sub(r"\s*(?:됐|되었|되|된)$", "", onset(fact.text)) for fact in with_signs)
    told_words = [words for words in found if words]
    exact = (words for words in told_words if any(sign in words for sign in _EXACT))
    named_day = next(
        (match.group() for fact in with_signs if (match := _DAY.search(fact.text))), ""
    )
    return next(exact, "") or named_day or next(iter(told_words), UNKNOWN)


def _medicines(talk: Talk, told: Told) -> str:
    """What is registered, and what the owner says to have given."""
    given = [_shortened(fact.text) for fact in told.subjective if _GIVEN.search(fact.text)]
    registered = ", ".join(talk.animal.medicines)
    parts = [registered, f"보호자가 준 것: {' / '.join(given)}" if given else ""]
    return "; ".join(filter(None, parts)) or NONE


def _signalment(animal: Animal) -> str:
    kind = " ".join(filter(None, [SPECIES.get(animal.species, animal.species), animal.breed]))
    sex = SEX.get(animal.sex, "")
    if sex and animal.is_neutered is not None:
        sex += "(중성화)" if animal.is_neutered else "(중성화 안 함)"
    weight = f"{animal.weight_kg:g}kg" if animal.weight_kg else f"체중 {UNKNOWN}"
    return " / ".join(filter(None, [kind, sex, _age(animal.age_months), weight]))


def _age(months: int | None) -> str:
    if months is None:
        return f"나이 {UNKNOWN}"
    years, rest = divmod(months, 12)
    return " ".join(filter(None, [f"{years}살" if years else "", f"{rest}개월" if rest else ""])) or "1개월 미만"  # fmt: skip


def _dangers(talk: Talk, told: Told) -> str:
    denied = set(told.denied_signs)
    found = [one.category for one in grave(talk, told) if one.urgency in DANGERS]
    kept = (
        name for name in found if not any(one.sign.name in denied for one in named(squeeze(name)))
    )
    return ", ".join(dict.fromkeys(kept)) or NONE


def _shortened(text: str) -> str:
    plain = re.sub(r"\s+", " ", text)
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"
