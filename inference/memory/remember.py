"""The running summary of a long consultation, made by a worker between two questions.

A model writes it where the owner allows it; each of its lines has to be carried by what was
said, so that nothing is invented. Without a model it is the owner's own telling sentences.
"""

import time
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from pydantic import BaseModel, Field

from chat.models import Consultation, Message
from drmaum.lib.threads import in_thread
from inference.guard import numbers, support, words
from inference.guard.sentences import LONGEST_HELD
from inference.llm import gateway
from inference.llm.base import Account, LLMError, Request, Turn
from inference.masking import mask
from inference.memory.digest import digest
from inference.memory.recall import as_turn, split, spoken, valid_memory
from inference.models import Memory
from profiles.models import Consent
from profiles.services import has_consent

SECONDS = 40
LONGEST_TOKENS = 1200
ASTRAY = ("link", "code", "system_text", "personal_data")


class Summary(BaseModel):
    """What a model is asked for."""

    lines: list[str] = Field(max_length=40)


def is_due(consultation_id: UUID) -> bool:
    """Whether the next prompt could not carry all that is not summed up yet."""
    older, known = _waiting(consultation_id, settings.HISTORY_TOKENS)
    return any(one.seq > known for one in older)


async def remember(consultation_id: UUID) -> None:
    """Bring the summary ahead of the talk: half of what a prompt carries stays word by word, so
    that a summary is made once in many messages and not after each."""
    older, known = await in_thread(_waiting)(consultation_id, settings.HISTORY_TOKENS // 2)
    if not older:
        return
    turns = [as_turn(one) for one in older]
    summary = await in_thread(_text_of)(consultation_id) if known else ""
    fresh = [Turn("user", summary)] if summary else []
    fresh += [as_turn(one) for one in older if one.seq > known]
    text, made_by = await _by_model(consultation_id, fresh)
    if not text:
        text, made_by = digest(turns, settings.MEMORY_TOKENS), gateway.EXTRACTIVE
    await in_thread(_keep)(consultation_id, older[-1].seq, text, made_by)


def _waiting(consultation_id: UUID, budget: int) -> tuple[list[Message], int]:
    """Messages that `budget` tokens do not carry, and up to which `seq` the summary goes."""
    newest = Message.objects.filter(consultation=consultation_id).order_by("-seq").first()
    said = spoken(consultation_id, newest.seq if newest else 0)
    memory = valid_memory(consultation_id, said)
    return split(said, budget)[0], memory.until_seq if memory else 0


async def _by_model(consultation_id: UUID, turns: list[Turn]) -> tuple[str, str]:
    """The summary of the first model that gives one, and its name; empty when none does."""
    account, names = await in_thread(_account)(consultation_id)
    request = _request(turns)
    ends = time.monotonic() + SECONDS
    for name in names:
        try:
            asking = gateway.Asking(name, request, account, ends)
            summary = await gateway.structured(asking, Summary)
        except LLMError:
            continue
        lines = [line for line in summary.lines if _is_carried(line, turns)]
        if lines:
            first = digest(turns[:1], settings.MEMORY_TOKENS // 4)
            return "\n".join([first, *(f"- {line}" for line in lines)]), name
    return "", ""


def _account(consultation_id: UUID) -> tuple[Account, list[str]]:
    owner = Consultation.objects.select_related("owner").get(pk=consultation_id).owner
    may_leave = has_consent(user=owner, kind=Consent.Kind.OVERSEAS_AI)
    names = [name for name in gateway.names()[:-1] if may_leave or not gateway.is_overseas(name)]
    return Account("memory", owner.pk, consultation_id), names


def _request(turns: list[Turn]) -> Request:
    """The talk without numbers and addresses that name a person."""
    talk = "\n".join(
        f"{'보호자' if turn.role == 'user' else '상담 도우미'}: {turn.text}" for turn in turns
    )
    safe = mask(talk).replace("<", "‹").replace(">", "›")
    return Request(
        system=render_to_string("prompts/memory.md").strip(),
        turns=(Turn("user", f"<talk>\n{safe}\n</talk>"),),
        question="",
        materials=(),
        urgency="home",
        longest_tokens=LONGEST_TOKENS,
    )


def _is_carried(line: str, turns: list[Turn]) -> bool:
    """Whether the owner said this: the words, and every number."""
    said = [turn.text for turn in turns if turn.role == "user"]
    # An allergy to a drug is a fact; only what could lead a model astray is refused.
    if len(line) > LONGEST_HELD:
        return False
    problem = words.forbidden(words.normalise(line))
    if problem in ASTRAY or numbers.unsupported(line, said):
        return False
    return support.share(line, said) >= support.SUPPORTED


def _text_of(consultation_id: UUID) -> str:
    return Memory.objects.get(consultation=consultation_id).text


def _keep(consultation_id: UUID, until_seq: int, text: str, made_by: str) -> None:
    Memory.objects.update_or_create(
        consultation_id=consultation_id,
        defaults={"until_seq": until_seq, "text": text, "made_by": made_by},
    )
