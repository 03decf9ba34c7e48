"""The shape of an answer: urgency with reason and window, then sections under known headings."""

import re
from dataclasses import dataclass

# Section of an article -> heading of the answer, in the order in which they are read.
SECTIONS = {
    "maybe": "무엇일 수 있나요",
    "do": "지금 할 일",
    "avoid": "하지 말아야 할 일",
    "danger": "이럴 때는 바로 병원에 가세요",
    "ask": "알려 주시면 더 정확해져요",
}
# What an answer that builds on passages must not leave out, in the order in which it is read.
NEEDED = ("do", "avoid", "danger")
WITH_SOURCES = ("maybe", "do", "avoid", "danger")
MOST_QUESTIONS = 3
WINDOWS = {
    "emergency": ("응급", "지금 바로 동물병원으로 출발하고, 가면서 전화해 주세요."),
    "urgent": ("당일 진료", "오늘 안에 동물병원에서 진료를 받아 주세요."),
    "soon": ("진료 예약", "며칠 안에 진료를 예약해 주세요. 나빠지면 바로 병원에 가 주세요."),
    # "No rule fired" is not "all is well": the sentence says only what is known.
    "home": (
        "집에서 관찰",
        "말씀하신 내용에서 급한 위험 신호는 찾지 못했어요. 나빠지거나 다른 모습이 보이면 기다리지 말고 병원에 가 주세요.",
    ),
}
# The gravest word that stands in the line counts.
LEVELS = (("응급", "emergency"), ("당일", "urgent"), ("예약", "soon"), ("관찰", "home"))
# Models write the line in many ways: "긴급도: 응급 (지금 바로 병원) | …", "## 긴급도: 당일진료 - …".
_URGENCY = re.compile(
    r"^[\s#*•-]*긴급도\s*\**\s*[:：]\s*(?P<level>[^|·–—\n]{1,40}?)\s*(?:(?:[|·–—]|\s-\s)\s*(?P<reason>.+))?$"
)
_NOT = re.compile("아님|아니|아닌|않")
_HEADING = re.compile(r"^(?:#{1,4}\s*)?\**\s*(?P<name>[가-힣 ]{3,24}?)\s*[?:]?\s*\**\s*[?:]?$")
# Models paraphrase headings.
_NAMES = {
    "avoid": re.compile("하지 ?말|피해야|금지|주의할"),
    "danger": re.compile("바로 병원|응급 ?신호|위험 ?신호|병원에 가야|바로 가"),
    "do": re.compile("할 ?일|해 ?주세요|할 수 있는|대처|지금"),
    "maybe": re.compile("무엇일|가능성|원인|일 수"),
    "ask": re.compile("알려 ?주|여쭤|질문|궁금"),
}
LONGEST_WAY_TO_CLINIC = 60
_CLINIC = re.compile("병원|수의사|진료|응급실")
_QUESTION = re.compile(r"[?？]\s*(?:\[\d{1,3}\]\s*)*$")


@dataclass(frozen=True)
class Said:
    """What a model's first line says of the urgency."""

    urgency: str
    reason: str


def read_urgency(line: str) -> Said | None:
    """The urgency line of a model ("긴급도: 당일 | 이유"), or None when it is none."""
    match = _URGENCY.match(line.strip())
    if match is None:
        return None
    said = match["level"]
    level = next((level for word, level in LEVELS if word in said), None)
    if level is None:
        return None
    return Said("home" if _NOT.search(said) else level, (match["reason"] or "").strip(" *"))


def opening(urgency: str, reason: str) -> str:
    """The first lines of an answer: level, reason, time window. Empty where it is not medical."""
    if urgency not in WINDOWS:
        return ""
    level, window = WINDOWS[urgency]
    why = reason.strip()
    if why and why[-1] not in ".!?":
        why += "."
    return " ".join(part for part in (f"**{level}**", why, window) if part) + "\n\n"


def section_of(line: str) -> str | None:
    """The section that a heading opens, "" for an unknown heading, None for other text."""
    text = line.strip()
    match = _HEADING.match(text)
    if match is None or not (text.startswith(("#", "**")) or match["name"] in SECTIONS.values()):
        return None
    return next((key for key, words in _NAMES.items() if words.search(match["name"])), "")


def leads_to_clinic(sentence: str) -> bool:
    """Whether a sentence says no more than to call or see a veterinarian."""
    return bool(_CLINIC.search(sentence)) and len(sentence) <= LONGEST_WAY_TO_CLINIC


def is_question(sentence: str) -> bool:
    return bool(_QUESTION.search(sentence.strip()))
