"""The query test, asked for by staff."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from inference import search_trial, tasks
from profiles.models import User


class NotAReader(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "not_a_reader"
    message = _("검색 시험은 지식 문서를 볼 수 있는 사람만 할 수 있어요.")


def ask_for_trial(*, by: User, text: str, species: str) -> str:
    """Let a worker search for this. Returns the id under which its asker finds the result.

    Raises NotAReader, kombu.exceptions.OperationalError, redis.exceptions.RedisError.
    """
    if not by.has_perm("inference.view_article"):
        raise NotAReader
    trial_id = search_trial.keep(user=by, text=text, species=species)
    tasks.try_search.delay(trial_id)
    return trial_id
