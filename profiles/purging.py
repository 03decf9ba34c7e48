"""What lies outside the tables is removed after an erasure, and the receipt is closed.

It is removed at once, and again until nothing that was under way at the time can have brought
anything back: an answer that was being kept, a file that was being put in its place.
"""

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from profiles.models import Erasure
from profiles.signals import leftovers_due

logger = logging.getLogger(__name__)
# A worker that had just begun to store has met its fence by then, and no address that was given
# out to post a file is good any more.
SETTLES = timedelta(seconds=settings.MEDIA_POST_SECONDS + 180)
LATE = timedelta(hours=20)  # of the 24 that are promised


def purge(*, erasure_id: UUID) -> bool:
    """Have removed what lies outside the tables; close the receipt when nothing can come back.
    Returns whether it is closed."""
    erasure = Erasure.objects.filter(pk=erasure_id, done_at=None).first()
    if erasure is None:
        return True
    is_gone = _is_gone(erasure)
    if not is_gone or timezone.now() < erasure.asked_at + SETTLES:
        return False
    counts = {name: found for name, found in erasure.counts.items() if name != "left"}
    Erasure.objects.filter(pk=erasure_id, done_at=None).update(
        counts=counts, done_at=timezone.now()
    )
    return True


def sweep(most: int = 200) -> int:
    """Go on with the receipts that are open, the oldest first. Returns how many were closed."""
    waiting = Erasure.objects.filter(done_at=None).order_by("asked_at")
    late = waiting.filter(asked_at__lt=timezone.now() - LATE).count()
    if late:
        logger.error("%s erasures are not finished after %s", late, LATE)
    ids = list(waiting.values_list("pk", flat=True)[:most])
    return sum(purge(erasure_id=pk) for pk in ids)


def _is_gone(erasure: Erasure) -> bool:
    told = leftovers_due.send_robust(Erasure, left=erasure.counts.get("left", {}))
    failed = [answer for _receiver, answer in told if isinstance(answer, Exception)]
    for error in failed:
        logger.warning("erasure %s waits: %s", erasure.pk, type(error).__name__)
    return not failed
