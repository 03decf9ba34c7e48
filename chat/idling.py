"""Consultations that have become quiet, and what keeps one from counting as such."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chat import services
from chat.models import Consultation


def keep_open(*, consultation_id: UUID) -> None:
    """Something is still being made of what the owner said: it is no idle consultation."""
    Consultation.objects.open().filter(pk=consultation_id).update(active_at=timezone.now())


def end_idle_consultations() -> int:
    """End what has been quiet for `CONSULTATION_IDLE_MINUTES`. Returns how many."""
    quiet_since = timezone.now() - timedelta(minutes=settings.CONSULTATION_IDLE_MINUTES)
    idle = Consultation.objects.open().filter(active_at__lt=quiet_since, head_seq__gt=0)
    ids = list(idle.order_by("active_at").values_list("pk", flat=True)[:200])
    return sum(_end_if_quiet(consultation_id, quiet_since) for consultation_id in ids)


@transaction.atomic
def _end_if_quiet(consultation_id: UUID, quiet_since: datetime) -> bool:
    """End it unless somebody spoke since it was found."""
    consultation = Consultation.objects.locked(consultation_id)
    if consultation.active_at >= quiet_since or not consultation.is_open:
        return False
    services.end_consultation(consultation=consultation, ending=Consultation.Ending.IDLE)
    return True
