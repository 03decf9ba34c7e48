"""Consultations that an owner wants at hand."""

from django.utils import timezone

from chat.models import Consultation


def pin(*, consultation: Consultation, is_pinned: bool) -> Consultation:
    """Put a consultation at the head of the history, or take it down. Twice is once."""
    if is_pinned != (consultation.pinned_at is not None):
        consultation.pinned_at = timezone.now() if is_pinned else None
        consultation.save(update_fields=["pinned_at"])
    return consultation
