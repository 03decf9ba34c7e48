"""Facts from chat that this app hears: rows are made in the transaction of the fact."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.dispatch import receiver

from chat import services, signals
from chat.models import Feedback, Message
from drmaum.lib import tracing
from inference import forgetting, jobs, reviews, tasks
from inference.banner import banner
from inference.followups.promising import promise
from inference.hearing import assess_message
from inference.models import TriageResult, TriageReview
from profiles.signals import leftovers_due


@receiver(signals.message_sent)
def assess_and_enqueue(message: Message, **_: Any) -> None:
    """Danger first: the rules run here, in the request; then the promise of a reply."""
    assessment = assess_message(message)
    TriageResult.objects.create(
        message=message,
        urgency=assessment.urgency,
        findings=[asdict(finding) for finding in assessment.findings],
        is_question=assessment.is_question,
        is_third_party=assessment.is_third_party,
        rules_version=assessment.version,
    )
    tracing.count("drmaum.messages", urgency=assessment.urgency)
    services.record_triage(
        message=message,
        urgency=assessment.urgency,
        payload=banner(assessment),
        is_of_this_pet=not assessment.is_third_party,
    )
    promise(message=message)
    # After the commit: a finishing reply takes its job before the consultation, we the reverse.
    transaction.on_commit(partial(jobs.stop_superseded, message=message))
    job = jobs.create(message=message)
    transaction.on_commit(partial(tasks.enqueue, job.pk))


@receiver(signals.reply_stop_asked)
def stop_reply(consultation_id: UUID, reply_id: UUID | None, **_: Any) -> None:
    jobs.ask_stop(consultation_id=consultation_id, reply_id=reply_id)


@receiver(signals.reply_rated)
def review_missed_danger(feedback: Feedback, **_: Any) -> None:
    """An owner's "you missed an emergency" puts the question on the review board."""
    asked = feedback.message.answers
    if asked is None or feedback.is_helpful:
        return
    if Feedback.Reason.MISSED_EMERGENCY in feedback.reasons:
        reviews.flag(
            message=asked,
            source=TriageReview.Source.OWNER,
            comment=feedback.comment,
            by=asked.consultation.owner,
        )


@receiver(signals.consultations_erasing)
def stop_answers(ids: list[UUID], **_: Any) -> dict[str, list[str]]:
    return forgetting.stop(ids)


@receiver(leftovers_due)
def forget_answers(left: Mapping[str, list[str]], **_: Any) -> None:
    forgetting.forget(left)
