"""Words of vets that owners need explained. The word itself stays: a meaning is put beside it.

Only words with one meaning stand here: "다음" is a polydipsia and a "next", so it is left alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MEANINGS = {
    # What an animal shows.
    "식욕부진": "잘 먹지 않음",
    "식욕 절폐": "아무것도 먹지 않음",
    "식욕절폐": "아무것도 먹지 않음",
    "기면": "축 처져 계속 자려 함",
    "침울": "기운 없이 가라앉음",
    "유연증": "침을 많이 흘림",
    "연하곤란": "삼키기 어려워함",
    "역류": "먹은 것이 힘없이 올라옴",
    "토출": "먹은 것이 소화되지 않은 채 올라옴",
    "토혈": "피를 토함",
    "혈변": "피가 섞인 변",
    "흑변": "검고 끈적한 변",
    "이급후중": "변을 보려고 계속 힘을 줌",
    "복부팽만": "배가 부풀어 오름",
    "복부 팽만": "배가 부풀어 오름",
    "복수": "배 안에 물이 참",
    "흉수": "가슴 안에 물이 참",
    "폐수종": "폐에 물이 참",
    "다뇨": "소변이 많아짐",
    "다갈": "물을 많이 마심",
    "빈뇨": "소변을 자주 봄",
    "핍뇨": "소변이 줄어듦",
    "무뇨": "소변이 나오지 않음",
    "혈뇨": "피가 섞인 소변",
    "배뇨곤란": "소변을 보기 힘들어함",
    "개구호흡": "입을 벌리고 쉬는 숨",
    "빈호흡": "숨이 빠름",
    "호흡곤란": "숨쉬기 힘들어함",
    "천명음": "쌕쌕거리는 숨소리",
    "청색증": "혀나 잇몸이 푸르게 변함",
    "황달": "잇몸·눈·피부가 노랗게 변함",
    "빈혈": "붉은 피가 모자람",
    "빈맥": "심장이 빠르게 뜀",
    "서맥": "심장이 느리게 뜀",
    "심잡음": "심장에서 나는 다른 소리",
    "저체온": "체온이 낮음",
    "고체온": "체온이 높음",
    "저혈당": "혈당이 낮음",
    "파행": "다리를 절음",
    "기립불능": "일어서지 못함",
    "기립 불능": "일어서지 못함",
    "운동실조": "비틀거리며 걸음",
    "안구진탕": "눈동자가 저절로 떨림",
    "사경": "고개가 한쪽으로 기욺",
    "후지마비": "뒷다리를 움직이지 못함",
    "소양감": "가려움",
    "발적": "붉어짐",
    "홍반": "붉은 반점",
    "인설": "비듬처럼 일어남",
    "구진": "작고 볼록한 뾰루지",
    "농포": "고름이 찬 뾰루지",
    "비루": "콧물",
    "유루증": "눈물이 넘쳐흐름",
    "안검경련": "눈을 자꾸 찡그림",
    "이물": "몸에 들어간 물건",
    "종괴": "만져지는 덩어리",
    "결막충혈": "흰자위가 붉어짐",
    # What a vet does and plans.
    "촉진": "손으로 만져 보는 검사",
    "청진": "청진기로 듣는 검사",
    "가시점막": "눈으로 보이는 잇몸 등의 점막",
    "내원": "병원에 옴",
    "재진": "다시 받는 진료",
    "예후": "앞으로의 경과",
    "감별진단": "비슷한 병을 가려 보는 것",
    "대증치료": "증상을 덜어 주는 치료",
    "대증요법": "증상을 덜어 주는 치료",
    "보존적 치료": "수술하지 않는 치료",
    "경과관찰": "지켜보며 살핌",
    "경과 관찰": "지켜보며 살핌",
    "절식": "음식을 주지 않음",
    "금식": "음식을 주지 않음",
    "절수": "물을 주지 않음",
    "수액": "몸에 넣는 물과 전해질",
    "방사선": "엑스레이",
    "혈액검사": "피를 뽑아 하는 검사",
    "뇨검사": "소변 검사",
    "요검사": "소변 검사",
    "생검": "조직을 조금 떼어 하는 검사",
    "비위관": "코로 넣는 급식관",
    # Abbreviations.
    "CRT": "잇몸을 눌렀다 뗀 뒤 색이 돌아오는 시간",
    "BCS": "살찐 정도의 점수",
    "SpO2": "산소포화도",
    "BW": "몸무게",
    "BT": "체온",
    "HR": "심장 박동수",
    "RR": "호흡수",
    "TPR": "체온·맥박·호흡",
    "BID": "하루 두 번",
    "SID": "하루 한 번",
    "TID": "하루 세 번",
    "PRN": "필요할 때",
    "NPO": "먹이지 않음",
    "CBC": "혈구 검사",
    "PE": "몸을 살피는 검사",
    "R/O": "가능성을 살펴볼 것",
    "V/D": "구토와 설사",
}
# A word that somebody explained already, in brackets, needs nothing.
_TERM = re.compile(
    r"(?<![가-힣A-Za-z/])(?:"
    + "|".join(re.escape(word) for word in sorted(MEANINGS, key=len, reverse=True))
    + r")(?![A-Za-z0-9/])(?!\s*[(（])"
)
# "기면" is lethargy, but "…기면" ends a verb; "복수" stands in "복수의", "이물" in "이물질".
_ASTRAY = re.compile(r"(?:복수의|역류성|이물질|재진입|촉진제|촉진[하되시]|방사선사|침울[하해한])")


@dataclass(frozen=True)
class Piece:
    """Words of a sentence; `meaning` explains them where an owner may not know them."""

    text: str
    meaning: str = ""


def explained(text: str, told: set[str]) -> tuple[Piece, ...]:
    """The same words in a row, the terms with their meaning. `told` holds the terms that were
    explained before: each is explained once."""
    return tuple(_pieces(text, told)) or (Piece(""),)


def _pieces(text: str, told: set[str]) -> Iterator[Piece]:
    start = 0
    for match in _TERM.finditer(text):
        word = match.group()
        if word in told or _ASTRAY.match(text, match.start()):
            continue
        told.add(word)
        if match.start() > start:
            yield Piece(text[start : match.start()])
        yield Piece(word, MEANINGS[word])
        start = match.end()
    if start < len(text):
        yield Piece(text[start:])
