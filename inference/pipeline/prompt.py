"""RAG 컨텍스트 구성: system text, profile, talk so far and knowledge become one request.

What came from a person or a document is framed as material between marks that it cannot
close, never as instruction. Numbers and addresses that name a person are masked; what is stored
keeps them.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template import engines

from inference.knowledge.loading import HEADINGS
from inference.llm.base import Material, Request, Turn
from inference.masking import mask
from inference.pipeline.types import Evidence, Facts, Question

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


def build(question: Question, facts: Facts, evidence: Evidence) -> Request:
    """The request of a provider. Without a passage the model may ask, but not explain."""
    name = "answer.md" if evidence.materials else "answer_bare.md"
    system = _render(
        name,
        urgency=URGENCY_NAMES.get(question.urgency, "집에서 관찰"),
        has_photo=bool(question.photos),
    )
    asked = _render(
        "question.md",
        profile=[_told(str(fact)) for fact in facts.profile],
        records=[_told(str(fact)) for fact in (*facts.records, *facts.notes)],
        summary=_told(facts.summary),
        reasons=question.reasons,
        passages=[_as_passage(material) for material in evidence.materials],
        question=_told(question.text),
        has_photo=bool(question.photos),
    )
    turns = (*_alternating(tuple(map(_framed, facts.turns))), Turn("user", asked))
    return Request(
        system=system,
        turns=turns,
        question=mask(question.text),
        materials=evidence.materials,
        urgency=question.urgency,
        longest_tokens=settings.MODEL_LONGEST_ANSWER_TOKENS,
        was_searched=not evidence.is_default,
        photos=question.photos,
    )


def _framed(turn: Turn) -> Turn:
    """What an owner said earlier is material too, spoken or written."""
    if turn.role != "user":
        return turn
    mark = "transcript" if turn.is_transcript else "message"
    return Turn("user", f"<{mark}>\n{_told(turn.text)}\n</{mark}>")


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


def _told(text: str) -> str:
    """What an owner or a vet wrote, as it may leave."""
    return _unmark(mask(text))


def _unmark(text: str) -> str:
    """Material cannot open or close the marks that frame it."""
    return text.replace("<", "‹").replace(">", "›")


def _render(name: str, **values: object) -> str:
    template = engines["django"].from_string((FOLDER / name).read_text(encoding="utf-8"))
    return template.render(values).strip()
