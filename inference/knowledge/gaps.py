"""What owners asked in a week and the library could not answer well, by meaning.

No evidence was found, hardly enough of it, or the answer was of no help. What is kept of a
question is its masked words and the ids of its messages, by which it goes when they are erased.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone

from chat.models import Feedback, Message, Urgency
from inference.knowledge import embed
from inference.knowledge.clustering import clusters, middle
from inference.masking import mask
from inference.models import Run

# Of 41 made-up questions in 19 groups, grouped at this cosine: precision 1.00, recall .97.
ALIKE = 0.9
# Evidence this little above the least that answers is called weak. Of 130 questions that the
# library answers a tenth lie under 1.02 times the least, but a quarter under 1.23 times.
WEAK_SHARE = 1.1
NOTHING_FOUND = "근거를 찾지 못했어요"
MOST_QUESTIONS = 3000
LONGEST_QUESTION, LONGEST_GREETING = 300, 8
UNANSWERED, WEAK, DISLIKED = "unanswered", "weak", "disliked"
REASONS = (UNANSWERED, WEAK, DISLIKED)


@dataclass(frozen=True)
class Asked:
    """One question that was answered badly: masked, with the messages that it was said in."""

    messages: tuple[str, ...]
    owner: UUID
    text: str
    species: str
    reasons: tuple[str, ...]

    def as_entry(self) -> dict[str, Any]:
        """What is stored of it: nobody's id but the messages' own."""
        return {
            "messages": list(self.messages),
            "text": self.text,
            "species": self.species,
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True)
class Gap:
    """Questions that mean the same, each owner's once; the title is the most usual of them."""

    title: str
    questions: tuple[Asked, ...]


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def last_week() -> date:
    """The Monday of the last week that is over."""
    return week_of(timezone.localdate()) - timedelta(days=7)


def find(week: date) -> list[Gap]:
    """The gaps of the week that begins on this Monday, the largest first.
    Raises embed.EmbeddingError."""
    asked = list(badly_answered(week))
    # The model that comes along: owners' words stay in the house.
    vectors = [embed.embed_query(one.text) for one in asked]
    found = [
        _gap([asked[one] for one in group], [vectors[one] for one in group])
        for group in clusters(vectors, ALIKE)
    ]
    return sorted(found, key=lambda gap: -len(gap.questions))


def badly_answered(week: date) -> Iterator[Asked]:
    """Owners' questions of the week whose answer had no evidence or little, or was disliked."""
    begin = timezone.make_aware(datetime.combine(week, time.min))
    between = (begin, timezone.make_aware(datetime.combine(week + timedelta(days=7), time.min)))
    evidence = _evidence(between)
    disliked = Message.objects.filter(
        pk__in=Feedback.objects.filter(is_helpful=False).values("message__answers"),
        created_at__range=between,
    )
    unanswered = Message.objects.filter(
        replies__text__contains=NOTHING_FOUND, created_at__range=between
    )
    doubted = set(disliked.values_list("pk", flat=True))
    silent = set(unanswered.values_list("pk", flat=True))
    for message in _messages([*evidence, *doubted, *silent], between[1]):
        reasons = _reasons(message, evidence, doubted)
        if reasons:
            yield _asked(message, reasons)


def _evidence(between: tuple[datetime, datetime]) -> dict[UUID, str]:
    """Of each message whose newest finished run had too little evidence: how little."""
    runs = Run.objects.filter(outcome="done", job__message__created_at__range=between)
    rows = runs.order_by("job__version", "fence").values_list("job__message", "steps")
    newest = {message: weakness(steps) for message, steps in rows.iterator(chunk_size=500)}
    return {message: weak for message, weak in newest.items() if weak}


def weakness(steps: Sequence[dict[str, Any]]) -> str:
    """UNANSWERED or WEAK by the search that a run noted; empty when it was good, failed, or was
    not needed."""
    by_name = {step["name"]: step for step in steps}
    found = by_name.get("search", {}).get("detail")
    passed = by_name.get("filter", {}).get("detail")
    if found is None or passed is None:
        return ""
    if not passed:
        return UNANSWERED
    has_vector = by_name.get("embed", {}).get("outcome") == "ok"
    least = settings.RETRIEVAL_LEAST_SCORE if has_vector else settings.RETRIEVAL_LEAST_WORDS
    best = max((score for _article, score in found), default=0.0)
    return WEAK if best < least * WEAK_SHARE else ""


def _messages(ids: Sequence[UUID], until: datetime) -> Iterator[Message]:
    """The newest of these in their last wording, without answers to check-ins."""
    said = Message.objects.filter(pk__in=set(ids), created_at__lt=until)
    said = said.filter(role=Message.Role.OWNER, revisions=None, answered_follow_up=None)
    replies = Message.objects.order_by("-version")
    related = said.select_related("consultation__pet", "consultation__owner", "triage")
    prefetched = related.prefetch_related(Prefetch("replies", replies), "consultation__owner__pets")
    yield from reversed(prefetched.order_by("-created_at", "-pk")[:MOST_QUESTIONS])


def _reasons(message: Message, evidence: dict[UUID, str], doubted: set[UUID]) -> tuple[str, ...]:
    """Why a message is here. A greeting or a word of thanks needs no evidence; a longer message
    may be about just what the rules have no word for."""
    said = [reply.text for reply in message.replies.all()][:1]
    weak = UNANSWERED if any(NOTHING_FOUND in text for text in said) else evidence.get(message.pk)
    is_greeting = len(message.text) <= LONGEST_GREETING
    if is_greeting and message.triage.graver == Urgency.NOT_MEDICAL:
        weak = None
    found = {weak, DISLIKED if message.pk in doubted else None}
    return tuple(reason for reason in REASONS if reason in found)


def _asked(message: Message, reasons: tuple[str, ...]) -> Asked:
    """A short remark is read together with the message before it, as the search read it."""
    consultation = message.consultation
    said = [message]
    if len(message.text) < settings.RETRIEVAL_SHORT_QUESTION:
        earlier = Message.objects.filter(
            consultation=consultation, role=Message.Role.OWNER, seq__lt=message.seq
        )
        said = [*earlier.order_by("-seq")[:1], message]
    names = [consultation.owner.name, *(pet.name for pet in consultation.owner.pets.all())]
    text = " ".join(" ".join(mask(one.text, names).split()) for one in said)
    return Asked(
        messages=tuple(str(one.pk) for one in said),
        owner=consultation.owner_id,
        text=text[:LONGEST_QUESTION],
        species=consultation.pet.species,
        reasons=reasons,
    )


def _gap(asked: Sequence[Asked], vectors: Sequence[Sequence[float]]) -> Gap:
    title = asked[middle(vectors)].text
    return Gap(title, tuple(_once_an_owner(asked, title)))


def _once_an_owner(asked: Sequence[Asked], title: str) -> Iterator[Asked]:
    """An owner's questions of one meaning count as one, for every reason that any of them had."""
    by_owner: dict[UUID, list[Asked]] = {}
    for one in asked:
        by_owner.setdefault(one.owner, []).append(one)
    for own in by_owner.values():
        shown = next((one for one in own if one.text == title), own[0])
        reasons = {reason for one in own for reason in one.reasons}
        if UNANSWERED in reasons:
            reasons.discard(WEAK)
        yield Asked(
            shown.messages, shown.owner, shown.text, shown.species,
            tuple(reason for reason in REASONS if reason in reasons),
        )  # fmt: skip
