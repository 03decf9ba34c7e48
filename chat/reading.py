"""Reads of the event log, by a consultation id that the caller has proven to be visible."""

from typing import Any
from uuid import UUID

from chat.models import Consultation, Event

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
