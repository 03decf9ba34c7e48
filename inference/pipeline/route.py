"""LLM 라우팅 결정 · 모델 선택: who is asked first, and who after that."""

from dataclasses import dataclass

from inference.llm import gateway, ledger
from inference.llm.base import Request
from inference.llm.policy import Situation, policy
from inference.pipeline.types import Question


@dataclass(frozen=True)
class Choice:
    """Models in the order in which they are tried, and the rule that put them so."""

    names: tuple[str, ...]
    why: str


def choose(question: Question, request: Request) -> Choice:
    """Who answers; the extractive responder is always last.

    Words leave the country only with the owner's consent, and a photo goes only to a model
    that can see it.
    """
    allowed = [
        name
        for name in gateway.names()[:-1]
        if (question.allows_overseas or not gateway.is_overseas(name))
        and (not question.photos or gateway.sees_photos(name))
    ]
    if not allowed:
        return Choice((gateway.EXTRACTIVE,), "no model may be asked")
    situation = Situation(
        urgency=question.urgency,
        has_photo=bool(question.photos),
        tokens=request.tokens,
        spent=ledger.spent_share(question.account),
    )
    rule = policy().rule_for(situation)
    first = [name for name in (rule.first if rule else ()) if name in allowed]
    rest = [name for name in allowed if name not in first]
    return Choice((*first, *rest, gateway.EXTRACTIVE), rule.why if rule else "no rule")
