"""An owner asks for a copy of everything."""

from datetime import timedelta
from functools import partial
from http import HTTPStatus

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles import tasks
from profiles.models import DataExport, User

Status = DataExport.Status
MOST_A_DAY = 3


class ExportUnderWay(Refusal):
    status = HTTPStatus.CONFLICT
    code = "export_under_way"
    message = _("이미 자료를 모으고 있어요. 다 되면 메일로 알려 드릴게요.")


class TooManyExports(Refusal):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_exports"
    message = _("자료는 하루에 세 번까지 받을 수 있어요. 내일 다시 시도해 주세요.")


@transaction.atomic
def ask_export(*, user: User) -> DataExport:
    """Promise a copy of everything: one at a time, three a day. Raises ExportUnderWay,
    TooManyExports."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    mine = DataExport.objects.visible_to(user)
    if mine.filter(status=Status.QUEUED).exists():
        raise ExportUnderWay
    today = timezone.now() - timedelta(days=1)
    if mine.filter(created_at__gt=today).exclude(status=Status.DEAD).count() >= MOST_A_DAY:
        raise TooManyExports
    asked = DataExport.objects.create(user=user, enqueued_at=Now())
    transaction.on_commit(partial(tasks.enqueue_export, asked.pk))
    asked.refresh_from_db()
    return asked
