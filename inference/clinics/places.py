"""Provinces and districts of Korea, by today's names. Pure Python."""

import re

# Everything on land that the register may name: Marado to Goseong, Baengnyeong to Dokdo.
LATITUDES = (33.0, 38.7)
LONGITUDES = (124.5, 132.0)

# Today's name -> how addresses and people also call it.
PROVINCES = {
    "서울특별시": ("서울", "서울시"),
    "부산광역시": ("부산", "부산시"),
    "대구광역시": ("대구", "대구시"),
    "인천광역시": ("인천", "인천시"),
    "광주광역시": ("광주", "광주시"),
    "대전광역시": ("대전", "대전시"),
    "울산광역시": ("울산", "울산시"),
    "세종특별자치시": ("세종", "세종시"),
    "경기도": ("경기",),
    "강원특별자치도": ("강원", "강원도"),
    "충청북도": ("충북",),
    "충청남도": ("충남",),
    "전북특별자치도": ("전북", "전라북도"),
    "전라남도": ("전남",),
    "경상북도": ("경북",),
    "경상남도": ("경남",),
    "제주특별자치도": ("제주", "제주도"),
}
TODAY = {old: name for name, others in PROVINCES.items() for old in (name, *others)}

AREA_CODES = {
    "서울특별시": "02", "부산광역시": "051", "대구광역시": "053", "인천광역시": "032",
    "광주광역시": "062", "대전광역시": "042", "울산광역시": "052", "세종특별자치시": "044",
    "경기도": "031", "강원특별자치도": "033", "충청북도": "043", "충청남도": "041",
    "전북특별자치도": "063", "전라남도": "061", "경상북도": "054", "경상남도": "055",
    "제주특별자치도": "064",
}  # fmt: skip
# Towns that belong to the telephone area of the city next to them, or still to the old one.
OTHER_AREA_CODES = {
    ("경기도", "광명시"): "02",
    ("경기도", "과천시"): "02",
    ("경기도", "부천시"): "032",
    ("충청남도", "계룡시"): "042",
    ("경상북도", "경산시"): "053",
    ("대구광역시", "군위군"): "054",
}

_NOISE = {"근처", "주변", "부근", "쪽", "병원", "동물병원", "동물", "24시", "24시간"}
# Administrative districts are numbered, those of addresses are not: 역삼1동 lies in 역삼동.
_NUMBERED = re.compile(r"^(\w+?)제?\d+동$")
_MOST_WORDS = 8


def modernised(address: str) -> str:
    """The address with its province by today's name."""
    first, _, rest = address.partition(" ")
    return f"{TODAY.get(first, first)} {rest}".strip()


def divide(address: str) -> tuple[str, str]:
    """Province and district (시/군/구) of an address: ("경기도", "수원시 영통구").

    The province is "" where the first word names none; 세종 has no districts.
    """
    words = [*address.split(), "", "", ""]
    province = TODAY.get(words[0], "")
    if not province or words[1][-1:] not in set("시군구"):
        return province, ""
    if words[1].endswith("시") and words[2].endswith("구"):
        return province, f"{words[1]} {words[2]}"
    return province, words[1]


def area_code(province: str, district: str) -> str:
    """The area code of a place; "" where the province is not known."""
    town = district.partition(" ")[0]
    return OTHER_AREA_CODES.get((province, town), AREA_CODES.get(province, ""))


def typed_words(text: str) -> list[tuple[str, ...]]:
    """What a person typed for a place: each word with the other forms that addresses use.

    "전라북도 전주" -> [("전라북도", "전북특별자치도"), ("전주",)]. Empty when nothing tells a place.
    """
    words = [word for word in re.findall(r"[\w-]+", text) if word not in _NOISE]
    if not any(len(word) > 1 for word in words):
        return []
    return [_forms(word) for word in words[:_MOST_WORDS]]


def _forms(word: str) -> tuple[str, ...]:
    numbered = _NUMBERED.match(word)
    others = [TODAY.get(word, word), f"{numbered[1]}동" if numbered else word]
    return tuple(dict.fromkeys([word, *others]))
