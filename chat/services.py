"""The writes of consultations. Each one appends to the event log in its own transaction."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import live
from chat.models import RANK, Consultation, Event, Message, Urgency
from chat.refusals import (
    CannotRevise,
    ConsultationEnded,
    KeyReused,
    MessageEmpty,
    MessageTooLong,
    TranscriptTooLong,
)
from chat.signals import consultation_ended, message_sent, reply_stop_asked
from chat.uploads import attaching
from profiles.models import Pet, User

LONGEST_TITLE = 40
FAILED = _("답변을 만들지 못했어요. 보내신 메시지는 저장돼 있으니 [다시 시도]를 눌러 주세요.")
DO_NOT_WAIT = _(
    "호흡 곤란·경련·심한 출혈이 있으면 기다리지 말고 가까운 24시간 동물병원에 연락하세요."
)


class AlreadyAnsweredError(Exception):
    """This version of the reply is stored already."""


@transaction.atomic
def open_consultation(*, owner: User, pet: Pet) -> Consultation:
    return Consultation.objects.create(owner=owner, pet=pet)


def send_message(
    *,
    consultation: Consultation,
    author: User,
    text: str,
    key: str = "",
    revises: UUID | None = None,
    photos: Sequence[UUID] = (),
    spoken: Mapping[str, Any] | None = None,
) -> Message:
    """Store an owner's message and everything that follows from it, or return the first result.

    A retry with the same key returns the message of the first call. With `revises` it takes the
    place of an earlier message of the owner's, which stays as its sibling. `spoken` holds the
    facts of the recording that the text was said in; such a text may be longer.
    Raises MessageEmpty, MessageTooLong, ConsultationEnded, KeyReused, CannotRevise,
    TooManyPhotos, PhotoUnusable.
    """
    if not text:
        raise MessageEmpty
    if spoken is None and len(text) > settings.LONGEST_MESSAGE:
        raise MessageTooLong
    if len(text) > settings.LONGEST_TRANSCRIPT:
        raise TranscriptTooLong
    earlier = _sent_before(author, key, consultation, text, photos)
    if earlier:
        return earlier
    try:
        return _store_message(consultation.pk, author, text, key, revises, photos, spoken)
    except IntegrityError:
        earlier = _sent_before(author, key, consultation, text, photos)
        if earlier is None:
            raise
        return earlier


@transaction.atomic
def _store_message(
    consultation_id: UUID,
    author: User,
    text: str,
    key: str,
    revises: UUID | None,
    photos: Sequence[UUID],
    spoken: Mapping[str, Any] | None,
) -> Message:
    consultation = Consultation.objects.locked(consultation_id)
    if not consultation.is_open:
        raise ConsultationEnded
    message = Message.objects.create(
        consultation=consultation,
        seq=consultation.head_seq + 1,
        role=Message.Role.OWNER,
        kind=Message.Kind.TEXT if spoken is None else Message.Kind.AUDIO_TRANSCRIPT,
        facts=dict(spoken or {}),
        text=text,
        author=author,
        idempotency_key=key,
        revises=_newest_wording(consultation, revises) if revises else None,
    )
    attached = attaching.attach(message=message, photos=photos)
    consultation.title = _title_with(consultation, message)
    record_event(
        consultation=consultation,
        kind=Event.Kind.MESSAGE,
        payload=_as_payload(message, [str(photo.pk) for photo in attached]),
        also=["title"],
    )
    message_sent.send(Message, message=message)
    return message


def _title_with(consultation: Consultation, message: Message) -> str:
    """The first words of a consultation; whoever rewords them rewords its title."""
    reworded = message.revises.text if message.revises else ""
    if consultation.title in ("", _first_words(reworded)):
        return _first_words(message.text)
    return consultation.title


def _first_words(text: str) -> str:
    return text.splitlines()[0][:LONGEST_TITLE] if text else ""


def _newest_wording(consultation: Consultation, message_id: UUID) -> Message:
    """The wording that stands of an owner's message, however often it was edited."""
    owners = Message.objects.filter(consultation=consultation, role=Message.Role.OWNER)
    found = owners.filter(pk=message_id).first()
    if found is None:
        raise CannotRevise
    while newer := owners.filter(revises=found).first():
        found = newer
    return found


def _sent_before(
    author: User, key: str, consultation: Consultation, text: str, photos: Sequence[UUID]
) -> Message | None:
    if not key:
        return None
    found = Message.objects.filter(author=author, idempotency_key=key).first()
    if found and (found.consultation_id != consultation.pk or found.text != text):
        raise KeyReused
    if found and not set(photos) <= set(found.photos.values_list("pk", flat=True)):
        raise KeyReused
    return found


def record_event(
    *, consultation: Consultation, kind: str, payload: Mapping[str, Any], also: Sequence[str] = ()
) -> Event:
    """Append to the log; sockets hear of it after the commit.

    `consultation` must be locked by the running transaction: its `head_seq` allots the number.
    `also` names further fields that changed and are saved along.
    """
    consultation.head_seq += 1
    consultation.active_at = timezone.now()
    consultation.save(update_fields=["head_seq", "active_at", *also])
    event = Event.objects.create(
        consultation=consultation, seq=consultation.head_seq, kind=kind, payload=dict(payload)
    )
    transaction.on_commit(partial(live.publish_events, consultation.pk, [event]))
    return event


@transaction.atomic
def record_triage(
    *, message: Message, urgency: str, payload: Mapping[str, Any], is_of_this_pet: bool = True
) -> Event:
    """Put a triage result in the log. The consultation's urgency only ever rises.

    Guidance about someone else's animal is logged, but is not this consultation's urgency.
    """
    facts = {"message": str(message.pk), **payload}
    return record_danger(
        consultation_id=message.consultation_id,
        urgency=urgency,
        payload=facts,
        is_of_this_pet=is_of_this_pet,
    )


@transaction.atomic
def record_danger(
    *, consultation_id: UUID, urgency: str, payload: Mapping[str, Any], is_of_this_pet: bool = True
) -> Event:
    """As `record_triage`, for words that are no message yet: what a recording was heard to say."""
    consultation = Consultation.objects.locked(consultation_id)
    if is_of_this_pet and RANK[urgency] > RANK.get(consultation.urgency, -1):
        consultation.urgency = urgency
    facts = {"urgency": urgency, **payload}
    return record_event(
        consultation=consultation, kind=Event.Kind.TRIAGE, payload=facts, also=["urgency"]
    )


@transaction.atomic
def record_transcript(*, consultation_id: UUID, payload: Mapping[str, Any]) -> Event:
    """Log what became of a recording: its text waits for its owner, or there is none."""
    return record_event(
        consultation=Consultation.objects.locked(consultation_id),
        kind=Event.Kind.TRANSCRIPT,
        payload=payload,
    )


@transaction.atomic
def start_reply(
    *, message: Message, reply_id: UUID, version: int = 1, is_again: bool = False
) -> Event:
    """Log that a reply is being written; `is_again` tells clients to drop what they showed."""
    kind = Event.Kind.REPLY_RESTART if is_again else Event.Kind.REPLY_STARTED
    payload = {"reply": str(reply_id), "answers": str(message.pk), "version": version}
    return record_event(
        consultation=Consultation.objects.locked(message.consultation_id),
        kind=kind,
        payload=payload,
    )


@transaction.atomic
def post_reply(
    *,
    message: Message,
    reply_id: UUID,
    text: str,
    status: str,
    facts: Mapping[str, Any],
    version: int = 1,
) -> Message:
    """Store the one reply of this version to `message` and log it. Raises AlreadyAnsweredError."""
    consultation = Consultation.objects.locked(message.consultation_id)
    if Message.objects.filter(answers=message, version=version).exists():
        raise AlreadyAnsweredError
    reply = Message.objects.create(
        id=reply_id,
        consultation=consultation,
        seq=consultation.head_seq + 1,
        role=Message.Role.ASSISTANT,
        status=status,
        text=text,
        answers=message,
        version=version,
        facts=dict(facts),
    )
    failed = status == Message.Status.FAILED
    kind = Event.Kind.REPLY_FAILED if failed else Event.Kind.REPLY_DONE
    payload = {"reply": str(reply_id), "answers": str(message.pk), **_as_payload(reply)}
    record_event(consultation=consultation, kind=kind, payload=payload)
    return reply


def apology(urgency: str) -> str:
    """What an owner reads when no reply could be made."""
    if urgency in (Urgency.EMERGENCY, Urgency.URGENT):
        return f"{FAILED}\n\n{DO_NOT_WAIT}"
    return str(FAILED)


@transaction.atomic
def ask_to_stop(*, consultation_id: UUID, reply_id: UUID | None = None) -> None:
    """Pass on that the owner wants a reply to stop, or all of the consultation's; finished ones
    are left as they are."""
    reply_stop_asked.send(Message, consultation_id=consultation_id, reply_id=reply_id)


@transaction.atomic
def end_consultation(*, consultation: Consultation, ending: str) -> Consultation:
    """Close a consultation once; its words stay. A second call changes nothing."""
    locked = Consultation.objects.locked(consultation.pk)
    if not locked.is_open:
        return locked
    locked.ended_at, locked.ending = timezone.now(), ending
    locked.save(update_fields=["ended_at", "ending"])
    record_event(consultation=locked, kind=Event.Kind.ENDED, payload={"ending": ending})
    consultation_ended.send(Consultation, consultation=locked)
    return locked


def _as_payload(message: Message, photos: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "message": {
            "id": str(message.pk),
            "role": message.role,
            "kind": message.kind,
            "status": message.status,
            "text": message.text,
            **({"revises": str(message.revises_id)} if message.revises_id else {}),
            **({"version": message.version} if message.version > 1 else {}),
            **({"facts": message.facts} if message.facts else {}),
            **({"photos": list(photos)} if photos else {}),
        }
    }
