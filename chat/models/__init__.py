"""The tables of consultations: what was said, and what was uploaded."""

from chat.models.talk import (
    RANK,
    Consultation,
    ConsultationQuerySet,
    Event,
    Feedback,
    FeedbackQuerySet,
    Message,
    MessageQuerySet,
    Rating,
    RatingQuerySet,
    Urgency,
)
from chat.models.uploads import Upload, UploadQuerySet

__all__ = [
    "RANK",
    "Consultation",
    "ConsultationQuerySet",
    "Event",
    "Feedback",
    "FeedbackQuerySet",
    "Message",
    "MessageQuerySet",
    "Rating",
    "RatingQuerySet",
    "Upload",
    "UploadQuerySet",
    "Urgency",
]
