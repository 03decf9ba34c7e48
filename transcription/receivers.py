"""Facts from chat that this app hears: the row is made in the transaction of the fact."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.dispatch import receiver

from chat import signals
from chat.models import Upload
from profiles.signals import leftovers_due
from transcription import forgetting, jobs, tasks


@receiver(signals.audio_uploaded)
def promise_text(upload: Upload, **_: Any) -> None:
    """오디오 파일 업로드: a recording that was checked becomes a text."""
    row = jobs.create(upload=upload)
    transaction.on_commit(partial(tasks.enqueue, row.pk))


@receiver(signals.consultations_erasing)
def tell_work_outside(ids: list[UUID], **_: Any) -> dict[str, list[str]]:
    return forgetting.work_of(ids)


@receiver(leftovers_due)
def clean_engine(left: Mapping[str, list[str]], **_: Any) -> None:
    forgetting.clean(left)
