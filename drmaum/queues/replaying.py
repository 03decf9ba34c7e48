"""A second chance for all that is dead: first the rows, then the messages whose rows live again."""

from collections.abc import Iterator, Sequence

from django.conf import settings

from drmaum.celery import app
from drmaum.queues import checks, dead_letters, dead_rows
from drmaum.queues.fates import Fate
from drmaum.queues.sqs import QueueError


def queue_names() -> list[str]:
    return sorted({route["queue"] for route in settings.CELERY_TASK_ROUTES.values()})


def waiting(queues: Sequence[str]) -> int:
    """About how much is dead: an estimate for a bar."""
    letters = 0
    if checks.is_sqs():
        try:
            letters = dead_letters.waiting(queues)
        except QueueError:
            letters = 0
    return dead_rows.waiting(queues) + letters


def replay(queues: Sequence[str], *, most: int, is_rehearsal: bool = False) -> Iterator[Fate]:
    """Each thing as it is done with, at most so many. A queue that does not answer is told as
    something that stays dead."""
    for fate in dead_rows.replay(queues, most=most, is_rehearsal=is_rehearsal):
        most -= 1
        yield fate
    if most <= 0 or not checks.is_sqs():
        return
    try:
        yield from dead_letters.replay(app, queues, most=most, is_rehearsal=is_rehearsal)
    except QueueError as error:
        yield Fate("SQS", "did not answer", str(error))
