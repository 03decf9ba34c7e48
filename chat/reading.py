"""Reads of a consultation, by an id that the caller has proven to be visible."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from chat.models import Consultation, Event, Feedback, Message, Rating

STARTS = (Event.Kind.REPLY_STARTED, Event.Kind.REPLY_RESTART)
ENDS = (Event.Kind.REPLY_DONE, Event.Kind.REPLY_FAILED)
MOST_EVENTS = 5000


def head_of(consultation_id: UUID) -> int:
    heads = Consultation.objects.filter(pk=consultation_id).values_list("head_seq", flat=True)
    return heads.first() or 0


def events_after(consultation_id: UUID, seq: int) -> list[dict[str, Any]]:
    """Stored events with a greater `seq`, oldest first, as they go over the wire."""
    events = Event.objects.filter(consultation=consultation_id, seq__gt=seq)
    return [event.as_wire() for event in events.order_by("seq")[:MOST_EVENTS]]


def replies_in_progress(consultation_id: UUID) -> list[str]:
    """Ids of replies that were started and neither done nor failed, oldest first."""
    events = Event.objects.filter(consultation=consultation_id, kind__in=[*STARTS, *ENDS])
    newest: dict[str, str] = {}
    for kind, payload in events.order_by("seq").values_list("kind", "payload"):
        newest[payload["reply"]] = kind
    return [reply for reply, kind in newest.items() if kind not in ENDS]


def ratings_of(consultation_id: UUID) -> dict[str, dict[str, Any]]:
    """What the owner thinks of the replies: reply id -> thumb and reasons."""
    given = Feedback.objects.filter(message__consultation=consultation_id)
    rows = given.values_list("message_id", "is_helpful", "reasons")
    return {
        str(reply): {"is_helpful": is_helpful, "reasons": reasons}
        for reply, is_helpful, reasons in rows
    }


def rating_of(consultation_id: UUID) -> dict[str, Any] | None:
    """What the owner thinks of the consultation as a whole."""
    given = Rating.objects.filter(consultation=consultation_id).first()
    if given is None:
        return None
    return {"stars": given.stars, "reasons": given.reasons, "comment": given.comment}


def standing(messages: Iterable[Message]) -> list[Message]:
    """The conversation as it stands, from all its messages in the order of `seq`.

    An edited message takes the place of its older wording, and what had followed that wording
    is left out; of a reply only the newest version counts.
    """
    thread: list[Message] = []
    for message in messages:
        ids = [one.pk for one in thread]
        if message.revises_id in ids:
            del thread[ids.index(message.revises_id) :]
        if not message.answers_id:
            thread.append(message)
            continue
        answered = [one.answers_id for one in thread]
        if message.answers_id in answered:
            thread[answered.index(message.answers_id)] = message
        elif message.answers_id in [one.pk for one in thread]:
            thread.append(message)
        # else: an answer to an older wording
    return thread
