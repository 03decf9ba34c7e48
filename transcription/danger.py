"""Red flags in what was heard, before its owner has checked a word of it.

The rules are those of a typed message, and they hear every piece as it comes: an hour of talk is
not heard out before somebody is warned. A word that was misheard may warn for nothing; nobody
waits for a danger that was said aloud.
"""

from chat import services
from chat.models import RANK
from inference.banner import banner
from inference.hearing import assess_words
from inference.triage.types import DANGERS
from transcription.models import Transcription


def warn(row: Transcription, text: str) -> str:
    """Tell the consultation of a danger at once, unless as much was told before of this
    recording. Returns the gravest urgency so far."""
    assessment = assess_words(row.consultation, text)
    if row.urgency and RANK[assessment.urgency] <= RANK[row.urgency]:
        return row.urgency
    if assessment.urgency in DANGERS:
        services.record_danger(
            consultation_id=row.consultation_id,
            urgency=assessment.urgency,
            payload={"transcription": str(row.pk), **banner(assessment)},
            is_of_this_pet=not assessment.is_third_party,
        )
    return str(assessment.urgency)
