"""LLM 분석 요청 → JSON 결과 파싱: the first configured model whose answer has the right shape."""

import time
from uuid import UUID

from pydantic import BaseModel, Field

from drmaum.lib.threads import in_thread
from inference.llm import gateway
from inference.llm.base import Account, LLMError, Request
from profiles.models import Consent, User
from profiles.services import has_consent

SECONDS = 60


class Line(BaseModel):
    """One sentence of a model's note, and the names of what carries it."""

    text: str = Field(max_length=400)
    evidence: list[str] = Field(default=[], max_length=12)


class Analysis(BaseModel):
    """What a model is asked for."""

    S: list[Line] = Field(default=[], max_length=40)
    O: list[Line] = Field(default=[], max_length=20)  # noqa: E741  (the field's own letter)
    A: list[Line] = Field(default=[], max_length=12)
    P: list[Line] = Field(default=[], max_length=20)


class NoAnalysisError(Exception):
    """No model is configured or allowed, or none gave a note: the message says which."""


async def analyse(request: Request, owner: User, consultation_id: UUID) -> tuple[Analysis, str]:
    """The note of the first model that gives one, and its name. Raises NoAnalysisError."""
    may_leave = await in_thread(has_consent)(user=owner, kind=Consent.Kind.OVERSEAS_AI)
    names = [name for name in gateway.names()[:-1] if may_leave or not gateway.is_overseas(name)]
    account = Account("note", owner.pk, consultation_id)
    ends = time.monotonic() + SECONDS
    reason = "no model is configured or allowed"
    for name in names:
        try:
            asking = gateway.Asking(name, request, account, ends)
            return await gateway.structured(asking, Analysis), name
        except LLMError as error:
            reason = f"{name}: {type(error).__name__}"
    raise NoAnalysisError(reason)
