"""Questions that were answered well or badly, for the tests of what the library lacks."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from chat import feedback
from chat import services as chat_services
from chat.models import Consultation, Message
from conftest import make_owner
from inference import jobs
from inference.llm import extractive
from inference.models import InferenceJob
from profiles import services as profile_services

WEEK = date(2026, 11, 9)
"""A Monday."""
ON_WEDNESDAY = datetime.combine(WEEK + timedelta(days=2), time(12))
GOOD = ([[1, 0.9]], 8)
WEAK = ([[1, 0.44]], 6)
NONE = ([[1, 0.2]], 0)
TOPICS = ("가시", "보험", "침 치료", "라면")
QUILLS = "고슴도치 가시가 자꾸 빠지는데 왜 그런가요"


def talk(email: str = "", *, name: str = "보리", species: str = "dog") -> Consultation:
    """A consultation of an owner of its own."""
    owner = make_owner(email or f"owner{Consultation.objects.count()}@example.com")
    pet = profile_services.register_pet(owner=owner, facts={"name": name, "species": species})
    return chat_services.open_consultation(owner=owner, pet=pet)


def ask(
    consultation: Consultation,
    text: str = QUILLS,
    evidence: tuple[list, int] | None = NONE,
    *,
    reply: str = "지켜봐 주세요.",
    at: datetime | None = None,
    helpful: bool | None = None,
    has_vector: bool = True,
) -> Message:
    """A question, its answer, and what the search of its run had noted (None: no search).

    Without a time each is asked a minute after the one before it.
    """
    at = at or ON_WEDNESDAY + timedelta(minutes=Message.objects.count())
    message = chat_services.send_message(
        consultation=consultation, author=consultation.owner, text=text
    )
    Message.objects.filter(pk=message.pk).update(created_at=timezone.make_aware(at))
    said = answer(message, evidence, reply=reply, has_vector=has_vector)
    if helpful is not None:
        feedback.rate_reply(reply=said, is_helpful=helpful)
    return message


def answer(
    message: Message,
    evidence: tuple[list, int] | None,
    *,
    reply: str = "지켜봐 주세요.",
    has_vector: bool = True,
) -> Message:
    """The reply of the message's newest job."""
    job = InferenceJob.objects.filter(message=message).latest("version")
    claim = jobs.claim(job.pk)
    steps = [{"name": "embed", "outcome": "ok" if has_vector else "error"}]
    if evidence is not None:
        found, passed = evidence
        steps.append({"name": "search", "outcome": "ok", "detail": found})
        steps.append({"name": "filter", "outcome": "ok", "detail": passed})
    return jobs.complete(
        job_id=job.pk, fence=claim.fence, text=reply, status="complete",
        facts={"responder": "claude"}, run={"steps": steps},
    )  # fmt: skip


def vector_of(text: str, *_: str) -> list[float]:
    """One direction for each topic, in place of the model; what has none stands for itself."""
    found = [float(topic in text) for topic in TOPICS]
    if not any(found):
        rest = [0.0] * 997
        rest[sum(map(ord, text)) % 997] = 1.0
        return found + rest
    return [value / sum(found) ** 0.5 for value in found] + [0.0] * 997


NOTHING_FOUND = extractive.NOTHING
