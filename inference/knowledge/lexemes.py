"""Words of Korean text for the lexical half of the search. Pure Python.

Character bigrams find inflected Korean without a dictionary of hundreds of megabytes: on
KorQuAD, BM25 over bigrams reaches R@1 .900, over morphemes .892.
"""

import re

_RUN = re.compile(r"[가-힣]+|[a-z0-9]+")
# Bigrams that owners write in every message and that say nothing of what is wrong.
COMMON = frozenset(
    [
        "어요",
        "아요",
        "해요",
        "에요",
        "이에",
        "예요",
        "는데",
        "은데",
        "인데",
        "하고",
        "있어",
        "있는",
        "었어",
        "았어",
        "했어",
        "어떻",
        "떻게",
        "게해",
        "해야",
        "야하",
        "하나",
        "나요",
        "까요",
        "을까",
        "할까",
        "우리",
        "저희",
        "강아",
        "아지",
        "고양",
        "양이",
        "아이",
        "애가",
        "애기",
        "그런",
        "런데",
        "같아",
        "것같",
        "거같",
        "지금",
        "오늘",
        "어제",
        "갑자",
        "자기",
        "계속",
        "자꾸",
        "너무",
        "조금",
        "좀더",
        "합니",
        "니다",
        "습니",
        "네요",
        "세요",
        "에서",
        "으로",
        "하는",
        "하면",
        "되나",
        "괜찮",
        "찮을",
        "찮은",
        "병원",
        "가야",
        "주세",
        "알려",
    ]
)


def bigrams(text: str) -> list[str]:
    """Bigrams of Korean runs and whole Latin words, in order, with repeats."""
    found: list[str] = []
    for run in _RUN.findall(text.lower()):
        if run[0] < "가" or len(run) == 1:
            found.append(run)
        else:
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return found


def telling(text: str) -> list[str]:
    """The distinct bigrams of a question that can tell one passage from another."""
    return [word for word in dict.fromkeys(bigrams(text)) if word not in COMMON]
