"""The promise of a check-in, made in the transaction that stores the danger."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from chat.models import RANK, Message
from inference.followups.questions import question_for
from inference.models import FollowUp, TriageResult

HOURS: Mapping[str, tuple[int, ...]] = {"emergency": (3, 12), "urgent": (12,)}
Status = FollowUp.Status


@transaction.atomic
def promise(*, message: Message) -> None:
    """Promise to ask after the danger that triage saw in `message`, if it saw one.

    An owner is asked after one danger of a consultation: a new one takes the place of those that
    were not asked yet, unless one of them is graver. A wording that was edited since is not asked
    after. The caller holds the lock of the consultation.
    """
    others = FollowUp.objects.filter(message__consultation=message.consultation_id)
    others = others.exclude(message=message)
    if message.revises is not None:
        drop(others.filter(message__seq__gte=message.revises.seq))
    triage = message.triage
    promised = others.filter(status=Status.PROMISED)
    if not _asks_for_one(triage) or _has_graver(promised, triage.graver):
        return
    drop(promised)
    rules = [one["rule"] for one in triage.findings if one["urgency"] == triage.urgency]
    question = question_for(rules, message.consultation.pet.name)
    rows = [
        FollowUp(
            message=message,
            hours=hours,
            question=question,
            due_at=message.created_at + timedelta(hours=hours),
        )
        for hours in HOURS[triage.graver]
    ]
    # A message whose urgency is raised may have its promises already.
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True)


def drop(follow_ups: QuerySet[FollowUp]) -> None:
    """Ask no more and show no more; a question that was asked can still be answered.

    One whose mail is just being sent is left as it is: nobody waits for a mail server.
    """
    standing = follow_ups.filter(status__in=[Status.PROMISED, Status.ASKED])
    with transaction.atomic():
        free = standing.select_for_update(skip_locked=True, of=("self",))
        ids = list(free.values_list("pk", flat=True))
        FollowUp.objects.filter(pk__in=ids).update(status=Status.DROPPED)


def _asks_for_one(triage: TriageResult) -> bool:
    """A danger to this pet: seen by the rules in what has happened, or raised since."""
    if triage.is_third_party or triage.message.revisions.exists():
        return False
    is_question = triage.is_question and not triage.raised_to
    return triage.graver in HOURS and not is_question


def _has_graver(promised: QuerySet[FollowUp], urgency: str) -> bool:
    standing = promised.select_related("message__triage")
    return any(RANK[one.message.triage.graver] > RANK[urgency] for one in standing)
