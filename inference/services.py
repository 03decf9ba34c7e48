"""What staff and owners can ask of a job."""

from functools import partial

from django.db import transaction

from chat.models import Message
from inference import jobs, tasks
from inference.models import InferenceJob


@transaction.atomic
def answer_again(*, message: Message) -> InferenceJob:
    """Requeue the dead job of a message; a living or finished one is left as it is."""
    job = jobs.requeue(job=InferenceJob.objects.get(message=message))
    if job.status == InferenceJob.Status.QUEUED:
        transaction.on_commit(partial(tasks.enqueue, job.pk))
    return job
