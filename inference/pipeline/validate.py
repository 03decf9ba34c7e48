"""응답 검증: what an answer is held to while it flows, and the whole before it is kept.

The rules themselves are `inference.guard`; here the pipeline's values become its grounds.
"""

import re

from inference.guard.sentences import CITATION
from inference.guard.watch import Grounds
from inference.llm import extractive
from inference.llm.base import Request
from inference.pipeline.types import Facts, Question

LEAST_CHARACTERS = 20
LEAST_KOREAN_SHARE = 0.3


class InvalidReplyError(Exception):
    """The answer as a whole may not stand. The next model is asked."""


def grounds_of(question: Question, facts: Facts, request: Request) -> Grounds:
    """What the answer to a question may build on."""
    titles = {material.number: material.article_title for material in request.materials}
    return Grounds(
        passages={
            material.number: f"{titles[material.number]}\n{material.text}"
            for material in request.materials
        },
        own_words=(question.text, *question.reasons, *facts.own_words()),
        urgency=question.urgency,
        has_photo=bool(question.photos),
        secret=request.system,
        frame=extractive.frame(request),
    )


def check_whole(text: str, *, must_cite: bool) -> None:
    """Raise InvalidReplyError when the released text as a whole is no answer."""
    visible = re.sub(r"\s", "", text)
    if len(visible) < LEAST_CHARACTERS:
        raise InvalidReplyError("too short")
    korean = sum("가" <= sign <= "힣" for sign in visible)
    if korean / len(visible) < LEAST_KOREAN_SHARE:
        raise InvalidReplyError("not Korean")
    if must_cite and not CITATION.search(text):
        raise InvalidReplyError("cites nothing")
