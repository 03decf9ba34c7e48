"""One question through the whole pipeline, as an owner asks it, and what came of it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils import timezone

from chat import services as chat_services
from chat.models import Message
from drmaum.lib.threads import in_thread
from inference.models import Basis, InferenceJob, Passage
from inference.pipeline import flow
from profiles import services as profile_services
from profiles.models import Consent, User


@dataclass(frozen=True)
class Answered:
    """An answer and what it was made from: text of each cited passage by its number."""

    text: str
    urgency: str
    responder: str
    cited: dict[int, str]
    cited_ids: frozenset[int]
    given_ids: frozenset[int]


async def ask(text: str, species: str, kind: str = Message.Kind.TEXT) -> Answered:
    """Send a message in a consultation of its own and answer it."""
    job_id, message = await in_thread(_send)(text, species, kind)
    await flow.answer(job_id)
    return await in_thread(_read)(message)


def _send(text: str, species: str, kind: str) -> tuple[Any, Message]:
    owner = _owner()
    pet = profile_services.register_pet(owner=owner, facts={"name": "나무", "species": species})
    consultation = chat_services.open_consultation(owner=owner, pet=pet)
    message = chat_services.send_message(consultation=consultation, author=owner, text=text)
    Message.objects.filter(pk=message.pk).update(kind=kind)
    return InferenceJob.objects.get(message=message).pk, message


def _read(message: Message) -> Answered:
    reply = Message.objects.get(answers=message)
    basis = Basis.objects.filter(reply=reply).first()
    sources = reply.facts.get("sources", [])
    texts = dict(
        Passage.objects.filter(pk__in=[one["passage"] for one in sources]).values_list("pk", "text")
    )
    return Answered(
        text=reply.text,
        urgency=reply.facts.get("urgency", ""),
        responder=reply.facts.get("responder", ""),
        cited={one["number"]: texts.get(one["passage"], "") for one in sources},
        cited_ids=frozenset(one["passage"] for one in sources),
        given_ids=frozenset(one["id"] for one in (basis.passages if basis else [])),
    )


@cache
def _owner() -> User:
    """The evaluation's owner, who lets every configured model be asked."""
    owner = User.objects.create_user(
        "evaluation@example.com", name="평가", email_verified_at=timezone.now()
    )
    profile_services.record_consents(user=owner, consents=dict.fromkeys(Consent.Kind.values, True))
    return owner
