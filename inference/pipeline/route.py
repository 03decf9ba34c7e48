"""LLM 라우팅 결정 · 모델 선택: who is asked first, and who after that."""

from inference.llm import gateway
from inference.pipeline.types import Question


def choose(question: Question) -> list[str]:
    """Providers in the order in which they are tried; the extractive responder is always last.

    Words leave the country only with the owner's consent.
    """
    return [
        name
        for name in gateway.names()
        if question.allows_overseas or not gateway.is_overseas(name)
    ]
