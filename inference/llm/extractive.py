"""An answer without a model: sentences of the library, each with its source.

The last link of the fallback chain, and the default where no key is set. It invents nothing:
every sentence below a heading is quoted from a numbered passage.
"""

import re
from collections.abc import AsyncIterator, Sequence

from inference.llm.base import Call, Material, Request, Usage

INTRODUCTION = "아래는 AI가 새로 쓴 글이 아니라, Dr. 마음의 지식 문서에서 이 증상과 관련된 부분을 그대로 옮긴 안내예요."
NOTHING = (
    "근거를 찾지 못했어요. 지식 문서에서 이 질문에 맞는 내용을 찾지 못해 답을 지어내지 않을게요.\n\n"
    "증상이 언제부터, 얼마나 자주, 어떻게 나타났는지 조금 더 알려 주시면 다시 찾아볼게요. "
    "걱정되는 모습이 있으면 동물병원에 전화로 먼저 물어봐 주세요."
)
UNSEARCHED = (
    "지금은 지식 문서를 찾아볼 수 없어서 이 증상에 맞는 안내를 드리지 못해요. 잠시 뒤에 다시 물어봐 주세요.\n\n"
    "숨쉬기 힘들어하거나, 쓰러지거나, 경련이 멈추지 않거나, 피가 계속 나거나, 소변을 못 보거나, "
    "독이 될 수 있는 것을 먹었다면 기다리지 말고 가까운 동물병원에 전화해 주세요."
)
WELCOME = (
    "안녕하세요, Dr. 마음이에요. 건강에 관한 내용은 찾지 못했어요.\n\n"
    "아이가 불편해 보이는 점이 있으면 언제부터, 얼마나 자주, 어떤 모습인지 편하게 적어 주세요. "
    "위험한 신호부터 먼저 살펴볼게요."
)
# Section of an article -> heading of the answer and how many sentences it may take.
PLAN = (
    ("maybe", "무엇일 수 있나요", 3),
    ("do", "지금 할 일", 4),
    ("avoid", "하지 말아야 할 일", 3),
    ("danger", "이럴 때는 바로 병원에 가세요", 4),
)
ORDER_IN_DANGER = ("do", "avoid", "danger", "maybe")
# What would change the advice, and the words that tell that the owner has said it already.
ASKED = "알려 주시면 더 정확해져요"
QUESTIONS = (
    (
        "언제부터 그랬나요?",
        re.compile(
            "부터|어제|오늘|아까|방금|며칠|[0-9]+ ?(?:시간|일|주|달)|[하이사나]루|이틀|사흘|동안|전에"
        ),
    ),
    ("밥과 물은 평소만큼 먹나요?", re.compile("밥|사료|물[은을도 ]|식욕|먹")),
    (
        "기운은 평소와 같은가요?",
        re.compile("기운|기력|처[지져졌]|축 ?[늘처]|활발|놀|뛰|무기력|얌전"),
    ),
)
_SENTENCES = re.compile(r"(?<=[.?!])\s+")


class Extractive:
    """Quotes the given materials. Needs no network and cannot be overloaded."""

    name = "extractive"

    def stream(self, request: Request) -> Call:
        usage = Usage(model="extractive", stop_reason="end_turn")
        return Call(_pieces(compose(request)), usage)


async def _pieces(text: str) -> AsyncIterator[str]:
    for line in text.splitlines(keepends=True):
        yield line


def compose(request: Request) -> str:
    """The whole answer: headings, quoted sentences with `[n]`, or that nothing was found."""
    if not request.was_searched:
        return UNSEARCHED
    if not request.materials:
        return WELCOME if request.urgency == "not_medical" else NOTHING
    plan: Sequence[tuple[str, str, int]] = PLAN
    if request.urgency in ("emergency", "urgent"):
        plan = tuple(sorted(PLAN, key=lambda part: ORDER_IN_DANGER.index(part[0])))
    blocks = [_opening(request.materials)]
    for section, heading, most in plan:
        lines = quotes(request.materials, section, most)
        if lines:
            blocks.append(f"**{heading}**\n" + "\n".join(lines))
    if plan is PLAN:  # in danger nobody is kept from leaving by a question
        questions = [
            f"- {question}" for question, told in QUESTIONS if not told.search(request.question)
        ]
        if questions:
            blocks.append(f"**{ASKED}**\n" + "\n".join(questions))
    return "\n\n".join([*blocks, INTRODUCTION])


def frame(request: Request) -> frozenset[str]:
    """The sentences of an answer that are ours and not quoted."""
    texts = [INTRODUCTION, NOTHING, WELCOME, UNSEARCHED, *(question for question, _ in QUESTIONS)]
    texts += [_opening(request.materials)] if request.materials else []
    return frozenset(one for text in texts for one in sentences(text))


def _opening(materials: Sequence[Material]) -> str:
    return f"말씀하신 내용은 ‘{materials[0].article_title}’ 문서와 관련이 있을 수 있어요."


def quotes(materials: Sequence[Material], section: str, most: int = 3) -> list[str]:
    """Sentences of one section, the best article's first."""
    lines: list[str] = []
    for material in materials:
        if material.section != section:
            continue
        share = most if not lines else max(1, most - len(lines))
        for sentence in sentences(material.text)[:share]:
            lines.append(f"- {sentence} [{material.number}]")
        if len(lines) >= most:
            break
    return lines[:most]


def sentences(text: str) -> list[str]:
    """The sentences of a section, bullets or prose."""
    found: list[str] = []
    for line in text.splitlines():
        found.extend(_SENTENCES.split(line.removeprefix("- ").strip()))
    return [sentence for sentence in found if sentence]
