"""One consultation to take along: what was said and by whom, what was dangerous in it, what the
answers rest on, its photos by name, and its note. No address of a file, no word of anybody else.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from chat.models import Consultation, Event, Message, Upload, Urgency
from chat.reading import standing
from inference.triage.types import DANGERS
from profiles.models import User
from soap.models import SoapNote
from soap.plain import Summary, summarise

NOTICE = "이 기록은 상담 내용을 그대로 옮긴 글이에요. 진료부나 진단서가 아니에요."
BY_AI = "AI가 작성한 답변"
BY_OTHERS = {
    "extractive": "지식 문서를 그대로 옮긴 답변 · AI가 작성하지 않음",
    "none": "답변하지 못함",
}
INCOMPLETE = {
    Message.Status.STOPPED: "멈춘 답변이에요. 이 내용만으로 판단하지 마세요.",
    Message.Status.CUT: "중간에 끊긴 답변이에요. 이 내용만으로 판단하지 마세요.",
}


@dataclass(frozen=True)
class Said:
    """A message. `is_standing`: neither reworded nor answered anew since."""

    message: Message
    writer: str
    is_standing: bool
    photos: tuple[Upload, ...]

    @property
    def sources(self) -> list[dict[str, Any]]:
        return list(self.message.facts.get("sources", ()))

    @property
    def notice(self) -> str:
        return INCOMPLETE.get(Message.Status(self.message.status), "")


@dataclass(frozen=True)
class Danger:
    """What triage saw, and what it told the owner to do."""

    at: datetime
    message: str
    urgency: str
    urgency_label: str
    categories: list[str]
    why: list[str]
    now: list[str]
    avoid: list[str]
    is_question: bool
    is_third_party: bool


@dataclass(frozen=True)
class Taken:
    """A consultation as it stands at this moment."""

    consultation: Consultation
    said: tuple[Said, ...]
    dangers: tuple[Danger, ...]
    note: Summary | None
    exported_at: datetime
    notice: str = NOTICE

    @property
    def photos(self) -> list[Upload]:
        return [photo for one in self.said for photo in one.photos]


def take(*, consultation: Consultation, user: User) -> Taken:
    """All of a consultation that was proven to be visible to its owner."""
    note = SoapNote.objects.visible_to(user).filter(consultation=consultation)
    found = note.select_related("pet", "approved_by").first()
    return Taken(
        consultation=consultation,
        said=_said(consultation),
        dangers=_dangers(consultation),
        note=summarise(found) if found else None,
        exported_at=timezone.now(),
    )


def file_name(consultation: Consultation, ending: str) -> str:
    day = timezone.localdate(consultation.created_at)
    return f"상담기록-{consultation.pet.name}-{day:%Y-%m-%d}.{ending}"


def writer_of(message: Message) -> str:
    """Who wrote it, as the talk itself says."""
    if message.role == Message.Role.OWNER:
        is_spoken = message.kind == Message.Kind.AUDIO_TRANSCRIPT
        return _("보호자가 음성으로 한 말") if is_spoken else _("보호자")
    facts = message.facts
    if facts.get("reviewer"):
        told = _("수의사 검토 답변 · %(name)s · %(day)s")
        return told % {"name": facts["reviewer"], "day": facts.get("reviewed_on", "")}
    return BY_OTHERS.get(facts.get("responder", ""), BY_AI)


def _said(consultation: Consultation) -> tuple[Said, ...]:
    rows = Message.objects.filter(consultation=consultation).order_by("seq")
    messages = list(rows)
    standing_ids = {one.pk for one in standing(messages)}
    photos: dict[Any, list[Upload]] = {}
    shown = Upload.objects.usable().filter(message__in=rows, kind=Upload.Kind.PHOTO)
    for photo in shown.order_by("created_at"):
        photos.setdefault(photo.message_id, []).append(photo)
    return tuple(
        Said(one, writer_of(one), one.pk in standing_ids, tuple(photos.get(one.pk, ())))
        for one in messages
    )


def _dangers(consultation: Consultation) -> tuple[Danger, ...]:
    heard = Event.objects.filter(consultation=consultation, kind=Event.Kind.TRIAGE)
    events = heard.filter(payload__urgency__in=DANGERS).order_by("seq")
    return tuple(_danger(event.created_at, event.payload) for event in events)


def _danger(at: datetime, payload: dict[str, Any]) -> Danger:
    return Danger(
        at=at,
        message=payload.get("message", ""),
        urgency=payload["urgency"],
        urgency_label=str(Urgency(payload["urgency"]).label),
        categories=payload.get("categories", []),
        why=payload.get("why", []),
        now=payload.get("now", []),
        avoid=payload.get("avoid", []),
        is_question=payload.get("is_question", False),
        is_third_party=payload.get("is_third_party", False),
    )
