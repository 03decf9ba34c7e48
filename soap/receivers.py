"""Facts from chat that this app hears: the row is made in the transaction of the fact."""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from chat import signals
from chat.models import Consultation
from soap import jobs, tasks


@receiver(signals.consultation_ended)
def promise_note(consultation: Consultation, **_: Any) -> None:
    """대화 세션 종료: an ended or archived consultation gets a note. Erasing ends nothing."""
    job = jobs.create(consultation=consultation)
    transaction.on_commit(partial(tasks.enqueue, job.pk))
