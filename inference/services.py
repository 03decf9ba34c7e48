"""What staff and owners can ask for: a reply again, another reply, an approved answer."""

from functools import partial
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models import Consultation, Message
from chat.refusals import ConsultationEnded
from drmaum.lib.errors import Refusal
from inference import jobs, tasks
from inference.models import ApprovedAnswer, InferenceJob
from profiles.models import User


class TooManyVersions(Refusal):
    status = HTTPStatus.CONFLICT
    code = "too_many_versions"
    message = _("같은 질문에는 다섯 번까지 답해 드릴 수 있어요. 질문을 조금 바꿔서 물어봐 주세요.")


class ReviewerUnnamed(Refusal):
    status = HTTPStatus.CONFLICT
    code = "reviewer_unnamed"
    message = _("검토한 수의사의 이름이 답변에 보여요. 계정에 이름을 먼저 적어 주세요.")


class NotAVet(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "not_a_vet"
    message = _("검토 답변은 승인 권한이 있는 수의사만 승인할 수 있어요.")


@transaction.atomic
def answer_again(*, message: Message) -> InferenceJob:
    """Requeue the dead newest job of a message; a living or finished one is left as it is."""
    job = jobs.requeue(job=_newest_job(message))
    if job.status == InferenceJob.Status.QUEUED:
        transaction.on_commit(partial(tasks.enqueue, job.pk))
    return job


@transaction.atomic
def regenerate(*, message: Message) -> InferenceJob:
    """Promise a further version of the reply; the earlier ones stay. While one is being written
    that one is returned, and a dead one is tried again.

    Raises ConsultationEnded, TooManyVersions.
    """
    consultation = Consultation.objects.select_for_update().get(pk=message.consultation_id)
    if not consultation.is_open:
        raise ConsultationEnded
    newest = _newest_job(message)
    if newest.status != InferenceJob.Status.DONE:
        return answer_again(message=message)
    if newest.version >= settings.MOST_VERSIONS:
        raise TooManyVersions
    job = jobs.create(message=message, version=newest.version + 1)
    transaction.on_commit(partial(tasks.enqueue, job.pk))
    return job


@transaction.atomic
def write_approved_answer(*, answer: ApprovedAnswer, by: User) -> ApprovedAnswer:
    """Store an edited answer as a draft: what was approved was another text."""
    answer.written_by = answer.written_by or by
    answer.status = ApprovedAnswer.Status.DRAFT
    answer.reviewed_by = answer.reviewed_at = answer.indexed_at = None
    answer.save()
    return answer


@transaction.atomic
def approve_answer(*, answer: ApprovedAnswer, by: User) -> ApprovedAnswer:
    """A veterinarian stands for this text. It serves as soon as a worker has indexed it.

    Raises NotAVet, ReviewerUnnamed.
    """
    if not by.has_perm("inference.approve_answer"):
        raise NotAVet
    if not by.name.strip():
        raise ReviewerUnnamed
    answer.status = ApprovedAnswer.Status.APPROVED
    answer.reviewed_by, answer.reviewed_at = by, timezone.now()
    answer.indexed_at = None
    answer.save()
    return answer


@transaction.atomic
def retire_answer(*, answer: ApprovedAnswer) -> ApprovedAnswer:
    """Serve it no longer; it stays to be read."""
    answer.status = ApprovedAnswer.Status.RETIRED
    answer.save()
    return answer


def _newest_job(message: Message) -> InferenceJob:
    return InferenceJob.objects.filter(message=message).order_by("-version")[:1].get()
