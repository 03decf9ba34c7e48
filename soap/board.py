"""The figures of the board, each one query over the days that it shows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from chat.models import RANK, Feedback, Urgency
from drmaum.lib.percentiles import Percentile
from inference.models import InferenceJob, ModelCall, TriageResult
from soap.models import SoapNote

DAYS = (7, 30, 90)
GRAVEST_FIRST = sorted(Urgency.values, key=lambda urgency: -RANK[urgency])
HELPFUL, UNHELPFUL = "helpful", "unhelpful"


@dataclass(frozen=True)
class Waiting:
    """Notes of one urgency that wait for a vet's signature."""

    urgency: str
    notes: int
    oldest: datetime | None

    @property
    def label(self) -> str:
        return str(Urgency(self.urgency).label)


@dataclass(frozen=True)
class Spent:
    """How long a step of the review took; `notes` is how many of them tell."""

    name: str
    notes: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True)
class Latency:
    """Seconds from an owner's message to the end of its answer, of one day."""

    answers: int
    p50: float
    p90: float


@dataclass(frozen=True)
class Daily:
    """Numbers by day and name, `names` in the order in which they are to be shown."""

    names: tuple[str, ...]
    numbers: dict[date, dict[str, float]]

    def of(self, day: date, name: str) -> float:
        return self.numbers.get(day, {}).get(name, 0)


def days_until_today(days: int) -> list[date]:
    """The last days, oldest first, today with them."""
    today = timezone.localdate()
    return [today - timedelta(days=back) for back in reversed(range(days))]


def beginning(days: int) -> datetime:
    """The midnight from which the last days count."""
    midnight = datetime.min.time()
    return timezone.make_aware(datetime.combine(days_until_today(days)[0], midnight))


def waiting() -> list[Waiting]:
    """What waits in the portal, the gravest first; what nobody waits with is a zero."""
    offered = SoapNote.objects.exclude(status=SoapNote.Status.APPROVED)
    counted = offered.filter(offered_at__isnull=False).order_by().values("urgency")
    rows = {
        row["urgency"]: row for row in counted.annotate(notes=Count("pk"), oldest=Min("offered_at"))
    }
    nothing: dict[str, Any] = {"notes": 0, "oldest": None}
    found = {urgency: rows.get(urgency, nothing) for urgency in GRAVEST_FIRST}
    return [Waiting(urgency, row["notes"], row["oldest"]) for urgency, row in found.items()]


def review_times(days: int) -> list[Spent]:
    """Of the notes approved in these days: until opened, from there to the signature, both."""
    steps = {
        "opening": ("offered_at", "opened_at"),
        "reading": ("opened_at", "approved_at"),
        "whole": ("offered_at", "approved_at"),
    }
    approved = SoapNote.objects.filter(approved_at__gte=beginning(days), offered_at__isnull=False)
    figures: dict[str, Any] = {}
    for name, (begun, ended) in steps.items():
        took = ExpressionWrapper(F(ended) - F(begun), output_field=DurationField())
        figures |= {
            f"{name}_notes": Count(took),
            f"{name}_median": Percentile(took, 0.5),
            f"{name}_p90": Percentile(took, 0.9),
        }
    found = approved.aggregate(**figures)
    return [
        Spent(name, *(found[f"{name}_{figure}"] for figure in ("notes", "median", "p90")))
        for name in steps
    ]


def triage_mix(days: int) -> Daily:
    """Messages by the graver of what the rules said and what an answer raised it to."""
    seen = TriageResult.objects.filter(created_at__gte=beginning(days))
    rows = _by_day(seen, "urgency", "raised_to").annotate(number=Count("pk"))
    named = (
        (row["day"], max(row["urgency"], row["raised_to"], key=_rank), row["number"])
        for row in rows
    )
    return _daily(named, lambda names: [one for one in GRAVEST_FIRST if one in names])


def ratings(days: int) -> Daily:
    """Thumbs by the day on which they were first given."""
    given = Feedback.objects.filter(created_at__gte=beginning(days))
    rows = _by_day(given, "is_helpful").annotate(number=Count("pk"))
    named = (
        (row["day"], HELPFUL if row["is_helpful"] else UNHELPFUL, row["number"]) for row in rows
    )
    return _daily(named, lambda names: [one for one in (HELPFUL, UNHELPFUL) if one in names])


def latencies(days: int) -> dict[date, Latency]:
    """How long owners waited for a whole answer, by the day of their message."""
    took = ExpressionWrapper(F("finished_at") - F("created_at"), output_field=DurationField())
    done = Q(status=InferenceJob.Status.DONE, finished_at__isnull=False)
    answered = InferenceJob.objects.filter(done, created_at__gte=beginning(days))
    rows = _by_day(answered).annotate(
        answers=Count("pk"), p50=Percentile(took, 0.5), p90=Percentile(took, 0.9)
    )
    return {
        row["day"]: Latency(row["answers"], row["p50"].total_seconds(), row["p90"].total_seconds())
        for row in rows
    }


def costs(days: int) -> Daily:
    """Won by model. A call that is still open holds a reservation and is left out."""
    made = ModelCall.objects.filter(created_at__gte=beginning(days))
    ended = made.exclude(outcome=ModelCall.Outcome.OPEN)
    rows = _by_day(ended, "provider", "model").annotate(number=Sum("won"))
    named = (
        (row["day"], row["model"] or row["provider"], float(row["number"]))
        for row in rows
        if row["number"]
    )
    return _daily(named, sorted)


def _by_day(rows: Any, *names: str) -> Any:
    return rows.order_by().annotate(day=TruncDate("created_at")).values("day", *names)


def _daily(
    rows: Iterable[tuple[date, str, float]], in_order: Callable[[set[str]], list[str]]
) -> Daily:
    numbers: dict[date, dict[str, float]] = {}
    for day, name, number in rows:
        of_day = numbers.setdefault(day, {})
        of_day[name] = of_day.get(name, 0) + number
    names = {name for of_day in numbers.values() for name in of_day}
    return Daily(tuple(in_order(names)), numbers)


def _rank(urgency: str) -> int:
    return RANK.get(urgency, -1)
