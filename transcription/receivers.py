"""Facts from chat that this app hears: the row is made in the transaction of the fact."""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from chat import signals
from chat.models import Upload
from transcription import jobs, tasks


@receiver(signals.audio_uploaded)
def promise_text(upload: Upload, **_: Any) -> None:
    """오디오 파일 업로드: a recording that was checked becomes a text."""
    row = jobs.create(upload=upload)
    transaction.on_commit(partial(tasks.enqueue, row.pk))
