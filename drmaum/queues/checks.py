"""Whether the queues at SQS are made for the tasks that go through them: asked by
`manage.py check --deploy`, and by each worker before it takes any work."""

from collections.abc import Iterable
from typing import Any

from celery import Celery
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from drmaum.queues.holding import Need, needs

TAG = "queues"
ANSWER = "drmaum.E101"
VISIBILITY = "drmaum.E102"
REDRIVE = "drmaum.E103"


def is_sqs() -> bool:
    return str(settings.CELERY_BROKER_URL).startswith("sqs:")


@register(TAG, deploy=True)
def check_queues(**_: Any) -> list[CheckMessage]:
    """Of all queues; nothing without SQS."""
    if not is_sqs():
        return []
    from drmaum.celery import app  # noqa: PLC0415  (which has this module for its workers)

    return faults(app, settings.SQS_QUEUES)


def faults(app: Celery, queues: Iterable[str]) -> list[CheckMessage]:
    wanted = needs(app)
    return [fault for name in queues for fault in _faults_of(name, wanted.get(name))]


def refuse_unfit_queues(app: Celery) -> None:
    """At the start of a worker, of the queues that it will read. Raises SystemExit."""
    if not is_sqs():
        return
    found = faults(app, app.amqp.queues.consume_from)
    if found:
        lines = [f"Dr. 마음: {fault.msg} {fault.hint}" for fault in found]
        raise SystemExit("\n".join(lines))


def _faults_of(name: str, need: Need | None) -> Iterable[CheckMessage]:
    from drmaum.queues import sqs  # noqa: PLC0415  (an SDK, where it is switched on only)

    address = settings.SQS_QUEUES.get(name, "")
    try:
        facts = sqs.facts(address)
    except sqs.QueueError as error:
        yield Error(
            f"The queue {name} could not be asked: {error}.",
            hint=f"Look at SQS_{name.upper()} and at sqs:GetQueueAttributes of this role.",
            id=ANSWER,
        )
        return
    if need and facts.visibility_seconds <= need.seconds:
        yield Error(
            f"The queue {name} hands a message out again after {facts.visibility_seconds} s,"
            f" but {need.task} may hold one for {need.seconds:g} s and would run twice.",
            hint=f"Set its VisibilityTimeout above {need.seconds:g}.",
            id=VISIBILITY,
        )
    if not facts.dead_letters:
        yield Error(
            f"The queue {name} has no redrive policy: a task that always fails would come for ever.",
            hint="Give it a dead-letter queue and a maxReceiveCount.",
            id=REDRIVE,
        )
