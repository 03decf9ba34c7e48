"""RAG 컨텍스트 구성: system text, profile, recent chat and knowledge become one request.

What came from a person or a document is framed as material between marks that it cannot
close, never as instruction.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template import engines

from inference.knowledge.loading import HEADINGS
from inference.llm.base import Material, Request, Turn
from inference.pipeline.types import Context, Evidence, Question

FOLDER = Path(settings.BASE_DIR) / "templates" / "prompts"
URGENCY_NAMES = {
    "emergency": "응급 (지금 바로 병원)",
    "urgent": "당일 진료",
    "soon": "며칠 안에 진료 예약",
    "home": "집에서 관찰",
    "not_medical": "건강 상담이 아님",
}


@cache
def version() -> str:
    """A digest of the prompt files: kept with each reply and part of the cache key."""
    texts = [file.read_bytes() for file in sorted(FOLDER.glob("*.md"))]
    return hashlib.sha256(b"\n".join(texts)).hexdigest()[:12]


def build(question: Question, context: Context, evidence: Evidence) -> Request:
    """The request of a provider."""
    system = _render("answer.md", urgency=URGENCY_NAMES.get(question.urgency, "집에서 관찰"))
    asked = _render(
        "question.md",
        profile=[_unmark(line) for line in context.profile],
        records=[_unmark(line) for line in context.records],
        reasons=question.reasons,
        passages=[_as_passage(material) for material in evidence.materials],
        question=_unmark(question.text),
    )
    turns = (*_alternating(context.turns), Turn("user", asked))
    return Request(
        system=system,
        turns=turns,
        question=question.text,
        materials=evidence.materials,
        urgency=question.urgency,
        longest_tokens=settings.MODEL_LONGEST_ANSWER_TOKENS,
        was_searched=not evidence.is_default,
    )


def _alternating(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Providers want turns that alternate and begin with the user: neighbours are joined."""
    joined: list[Turn] = []
    for turn in turns:
        if joined and joined[-1].role == turn.role:
            joined[-1] = Turn(turn.role, f"{joined[-1].text}\n\n{turn.text}")
        elif joined or turn.role == "user":
            joined.append(turn)
    if joined and joined[-1].role == "user":
        # Two of the owner's messages in a row: the unanswered one still belongs to the talk.
        joined.append(Turn("assistant", "(이 메시지에는 아직 답하지 못했어요.)"))
    return tuple(joined)


def _as_passage(material: Material) -> dict[str, str | int]:
    return {
        "number": material.number,
        "title": _unmark(material.article_title),
        "heading": HEADINGS.get(material.section, material.section),
        "text": _unmark(material.text),
    }


def _unmark(text: str) -> str:
    """Material cannot open or close the marks that frame it."""
    return text.replace("<", "‹").replace(">", "›")


def _render(name: str, **values: object) -> str:
    template = engines["django"].from_string((FOLDER / name).read_text(encoding="utf-8"))
    return template.render(values).strip()
