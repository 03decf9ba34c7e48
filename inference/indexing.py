"""What staff can ask of the index."""

from functools import partial
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from inference import tasks
from inference.knowledge.embedders import registry
from inference.models import EmbeddingSpace, IndexRun
from profiles.models import User


class NotAnIndexer(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "not_an_indexer"
    message = _("색인은 권한이 있는 사람만 시작할 수 있어요.")


class UnknownEmbeddingModel(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unknown_embedding_model"
    message = _("쓸 수 없는 임베딩 모델이에요. 목록에서 다시 골라 주세요.")


class NothingFailed(Refusal):
    status = HTTPStatus.CONFLICT
    code = "nothing_failed"
    message = _("마지막 색인에서 실패한 문서가 없어요.")


@transaction.atomic
def ask_for_run(
    *, by: User, is_full: bool = False, only_failed: bool = False, model: str = ""
) -> IndexRun:
    """Promise a run in the live space, or in the space of another model; a worker takes it up
    when no other run is on. The same promise that still waits is returned as it is.

    Raises NotAnIndexer, UnknownEmbeddingModel, NothingFailed.
    """
    if not by.has_perm("inference.add_indexrun"):
        raise NotAnIndexer
    wanted = model or live_model()
    if wanted not in registry.known():
        raise UnknownEmbeddingModel
    failed = failures() if only_failed else {}
    if only_failed and not failed:
        raise NothingFailed
    same = {"model": wanted, "is_full": is_full and not only_failed, "failed": failed}
    waiting = IndexRun.objects.filter(status=IndexRun.Status.WAITING, **same).first()
    if waiting is not None:
        return waiting
    run = IndexRun.objects.create(asked_by=by, **same)
    transaction.on_commit(partial(tasks.enqueue_reindex, run.pk))
    return run


def failures() -> dict[str, str]:
    """What failed in the last run that ended, and why."""
    newest = IndexRun.objects.exclude(finished_at=None).newest()
    return newest.failed if newest is not None else {}


def live_model() -> str:
    """The model in whose space questions are asked, or will be once there is one."""
    space = EmbeddingSpace.objects.live()
    return space.model if space is not None else settings.EMBEDDING_MODEL
