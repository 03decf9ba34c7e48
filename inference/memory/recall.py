"""The history of a question: the newest turns word by word, the older ones as a summary.

Nothing is cut in silence: what the budget does not carry is in the summary, made beforehand by
a worker or, until that is done, on the spot from the owner's own sentences.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from chat.models import Message
from chat.reading import standing
from inference.llm.base import Turn, count_tokens
from inference.memory.digest import digest
from inference.models import Memory


@dataclass(frozen=True)
class History:
    """What a prompt is given of the talk so far."""

    turns: tuple[Turn, ...]
    summary: str


def history_before(message: Message) -> History:
    """The talk before a message, as it stands."""
    said = spoken(message.consultation_id, message.seq)[:-1]
    older, newer = split(said, settings.HISTORY_TOKENS)
    if not older:
        return History(tuple(map(as_turn, newer)), "")
    memory = valid_memory(message.consultation_id, said)
    known = memory.until_seq if memory else 0
    rest = [as_turn(one) for one in older if one.seq > known]
    parts = [memory.text if memory else "", digest(rest, settings.MEMORY_TOKENS) if rest else ""]
    return History(tuple(map(as_turn, newer)), "\n".join(part for part in parts if part))


def spoken(consultation_id: UUID, until_seq: int) -> list[Message]:
    """The messages that stand, failed replies left out, up to and with `until_seq`."""
    messages = Message.objects.filter(consultation=consultation_id, seq__lte=until_seq)
    return standing(messages.exclude(status=Message.Status.FAILED).order_by("seq"))


def split(said: list[Message], budget: int) -> tuple[list[Message], list[Message]]:
    """Older messages that the budget of tokens does not carry, and the newest that it does."""
    for place in range(len(said) - 1, -1, -1):
        budget -= count_tokens(said[place].text)
        if budget < 0:
            return said[: place + 1], said[place + 1 :]
    return [], said


def valid_memory(consultation_id: UUID, said: list[Message]) -> Memory | None:
    """The stored summary, unless the owner has since edited something that it tells of."""
    memory = Memory.objects.filter(consultation=consultation_id).first()
    if memory is None or memory.until_seq not in {one.seq for one in said}:
        return None
    edited = Message.objects.filter(
        consultation=consultation_id, revises__seq__lte=memory.until_seq, seq__gt=memory.until_seq
    )
    return None if edited.exists() else memory


def as_turn(message: Message) -> Turn:
    role = "user" if message.role == Message.Role.OWNER else "assistant"
    return Turn(role, message.text, message.kind == Message.Kind.AUDIO_TRANSCRIPT)
