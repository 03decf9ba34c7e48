"""The words in which a file may speak of an article: names of columns, kinds of animals, urgency."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from inference.knowledge.importing.errors import Unfit
from inference.knowledge.loading import SECTIONS

SPECIES = {
    "dog": ("강아지", "개"),
    "cat": ("고양이",),
    "rabbit": ("토끼",),
    "hamster": ("햄스터",),
    "guinea_pig": ("기니피그", "guinea pig"),
    "bird": ("새", "조류", "앵무새"),
    "ferret": ("페럿",),
    "reptile": ("파충류",),
}
URGENCIES = {
    "emergency": ("응급",),
    "urgent": ("당일 진료", "당일"),
    "soon": ("진료 예약", "예약"),
    "home": ("집에서 관찰", "관찰"),
}
CATEGORIES = {
    "emergency": ("응급",),
    "toxin": ("중독",),
    "digestive": ("소화기", "소화"),
    "skin": ("피부",),
    "ear": ("귀",),
    "eye": ("눈",),
    "dental": ("치과", "입과 이"),
    "urinary": ("비뇨기", "비뇨"),
    "heart": ("심장",),
    "respiratory": ("호흡기", "호흡"),
    "hormone": ("호르몬",),
    "nerve": ("신경",),
    "bone": ("뼈와 관절",),
    "blood": ("혈액",),
    "cancer": ("종양", "암"),
    "reproduction": ("번식",),
    "infection": ("감염병", "감염"),
    "parasite": ("기생충",),
    "behaviour": ("행동",),
    "nutrition": ("영양과 체중", "영양"),
    "young": ("어린 동물",),
    "senior": ("노령", "노령 동물"),
    "surgery": ("수술 뒤", "수술"),
    "care": ("돌보기", "관리"),
    "travel": ("여행",),
    "law": ("법과 제도", "법"),
    "exotic": ("작은 동물과 새", "특수 동물"),
}
COLUMNS = {
    "title": ("제목",),
    "body": ("본문", "내용"),
    "says": ("보호자의 말", "보호자 표현"),
    "species": ("동물", "동물 종류", "종"),
    "conditions": ("질환", "질병", "병명"),
    "urgency": ("긴급도",),
    "category": ("분류",),
    "source_publisher": ("publisher", "발행처", "출처 발행처", "출처 기관"),
    "source_title": ("출처 제목", "출처 문서", "출처"),
    "source_year": ("year", "연도", "출처 연도", "발행 연도"),
    "source_url": ("url", "주소", "출처 주소", "링크"),
    "licence": ("license", "이용 조건", "이용조건", "라이선스"),
    "expires_at": ("만료일",),
    **{name: (heading,) for heading, name in SECTIONS.items()},
}


def known_as(word: str, terms: Mapping[str, tuple[str, ...]]) -> str | None:
    """The name of ours for a word in Korean or English, or None."""
    said = word.strip().casefold().replace("-", "_")
    for name, others in terms.items():
        if said.replace(" ", "_") == name or said.replace("_", " ") in others:
            return name
    return None


def listed(value: Any, marks: str = ";\n") -> list[str]:
    """A list, or the parts of a text."""
    if isinstance(value, (list, tuple)):
        parts = [str(one) for one in value]
    else:
        text = str(value or "")
        for mark in marks:
            text = text.replace(mark, "\n")
        parts = text.split("\n")
    return [part.strip() for part in parts if part.strip()]


def species_of(value: Any) -> tuple[str, ...]:
    """Raises Unfit."""
    found: list[str] = []
    for word in listed(value, marks=",;/·\n"):
        name = known_as(word, SPECIES)
        if name is None:
            raise Unfit(
                "species", f"unknown species {word!r}; known: {', '.join(SPECIES)}", word=word
            )
        found.append(name)
    return tuple(dict.fromkeys(found))


def urgency_of(value: Any) -> str:
    """Raises Unfit."""
    name = known_as(str(value), URGENCIES)
    if name is None:
        reason = f"unknown urgency {value!r}; known: {', '.join(URGENCIES)}"
        raise Unfit("urgency", reason, word=str(value))
    return name


def category_of(value: Any) -> str:
    """Raises Unfit."""
    name = known_as(str(value), CATEGORIES)
    if name is None:
        reason = f"unknown category {value!r}; known: {', '.join(CATEGORIES)}"
        raise Unfit("category", reason, word=str(value))
    return name


def date_of(value: Any) -> date:
    """Raises Unfit."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip().replace(".", "-").replace("/", "-"))
    except ValueError as error:
        raise Unfit("date", f"not a date as 2027-12-31: {value!r}", word=str(value)) from error
