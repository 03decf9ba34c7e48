"""The card that an owner shows at the clinic: stored facts and stored words, nothing added."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from chat.models import RANK, Consultation, Message, Urgency
from chat.reading import standing
from inference.models import TriageResult
from inference.pipeline.context import describe
from inference.pipeline.types import Fact


@dataclass(frozen=True)
class Told:
    """A message in which a danger was seen, in the owner's own words."""

    message: Message
    triage: TriageResult

    @property
    def at(self) -> datetime:
        return timezone.localtime(self.message.created_at)

    @property
    def at_text(self) -> str:
        return date_format(self.at, "Y년 n월 j일 H:i")

    @property
    def text(self) -> str:
        return self.message.text


@dataclass(frozen=True)
class Summary:
    name: str
    facts: tuple[Fact, ...]
    told: tuple[Told, ...]

    @property
    def urgency(self) -> str:
        """The gravest of what was told; "" when no danger was seen in it."""
        found = [one.triage.graver for one in self.told]
        return max(found, key=lambda urgency: RANK[urgency], default="")

    @property
    def urgency_label(self) -> str:
        return str(Urgency(self.urgency).label) if self.urgency else ""

    @property
    def categories(self) -> list[str]:
        found = [finding for one in self.told for finding in one.triage.findings]
        return list(dict.fromkeys(finding["category"] for finding in found))

    @property
    def first_at(self) -> datetime | None:
        return self.told[0].at if self.told else None

    @property
    def note(self) -> str:
        return _("이 카드는 보호자가 적은 내용 그대로이며 진단이 아니에요")

    @property
    def text(self) -> str:
        """The whole card as plain text, to be copied or sent on."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield _("[병원에 보여줄 요약] %(name)s") % {"name": self.name}
        yield from (f"{fact.label}: {fact.text}" for fact in self.facts)
        if self.told:
            kinds = f" ({', '.join(self.categories)})" if self.categories else ""
            yield _("앱이 본 긴급도: %(label)s") % {"label": self.urgency_label} + kinds
            yield _("처음 적은 때: %(when)s") % {"when": self.told[0].at_text}
            yield _("보호자가 적은 말:")
            yield from (f"- {one.at_text}: {one.text}" for one in self.told)
        yield self.note


def summary_of(consultation: Consultation) -> Summary:
    """The card of a consultation that the caller has proven to be visible.

    Someone else's animal, a mere "what if" and wordings that were edited since are left out.
    """
    messages = Message.objects.filter(consultation=consultation).select_related("triage")
    told = (
        Told(message, triage)
        for message in standing(messages.order_by("seq"))
        if (triage := getattr(message, "triage", None)) and _has_danger(triage)
    )
    pet = consultation.pet
    return Summary(name=pet.name, facts=tuple(describe(pet)), told=tuple(told))


def _has_danger(triage: TriageResult) -> bool:
    if triage.is_third_party:
        return False
    return bool(triage.raised_to or (triage.findings and not triage.is_question))
