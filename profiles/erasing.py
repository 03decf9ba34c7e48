"""Erasure, the owner's own act: of a pet or of the account; of a consultation in chat.erasing.

The receipt comes first and is the tombstone: it commits together with the removal of the rows, so
that from one moment on nothing can be read, and whoever still works on them stops at its fence.
What lies outside the tables (files, kept answers, work at an engine) is listed in the receipt by
the apps that keep it, and removed after the commit (profiles.purging).
"""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import send_mail
from django.db import IntegrityError, OperationalError, models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles import accounts, caring_together, tasks
from profiles.models import Erasure, Pet, User
from profiles.signals import account_erasing, pet_erasing

logger = logging.getLogger(__name__)
Leftovers = dict[str, list[str]]
TRIES = 3
SUBJECT = _("[Dr. 마음] 계정을 지웠어요")
OTHERS = _("그 밖의 기록")
# What owners call it; the tables that they never see go together.
NAMES = {
    "profiles.User": _("계정"),
    "profiles.Consent": _("동의한 기록"),
    "profiles.Pet": _("반려동물"),
    "profiles.MedicalRecord": _("의료 기록"),
    "profiles.Weight": _("몸무게"),
    "profiles.Care": _("돌봄 일정"),
    "chat.Consultation": _("상담"),
    "chat.Message": _("나눈 말과 답변"),
    "chat.Upload": _("사진과 녹음"),
    "chat.Rating": _("평가"),
    "chat.Feedback": _("평가"),
    "transcription.Transcription": _("녹음을 글로 바꾼 것"),
    "inference.TriageResult": _("긴급도를 살핀 결과"),
    "inference.FollowUp": _("안부 확인"),
    "soap.SoapNote": _("상담 요약"),
    "soap.ShareLink": _("병원에 보여 준 링크"),
}


class WrongPassword(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "wrong_password"
    message = _("비밀번호가 맞지 않아요.")


class PortalAccount(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "portal_account"
    message = _("수의사와 운영자의 계정은 여기에서 지울 수 없어요. 관리자에게 알려 주세요.")


class AlreadyGone(Refusal):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    message = _("찾을 수 없어요.")


def erase_pet(*, pet: Pet) -> Erasure:
    """With all that was ever said, uploaded and noted of it."""
    return carry_out(
        kind=Erasure.Kind.PET,
        row=Pet.objects.filter(pk=pet.pk),
        subject=pet.pk,
        announce=lambda: merged(pet_erasing.send(Pet, pet=pet)),
    )


def erase_account(*, user: User, password: str) -> Erasure:
    """The owner and everything of theirs; every sign-in ends at once. The receipt goes to the
    confirmed address. Raises WrongPassword, PortalAccount."""
    if not accounts.chosen().is_password_of(user=user, password=password):
        raise WrongPassword
    if user.is_staff:
        raise PortalAccount
    address = user.email if user.email_verified_at else ""
    try:
        erasure = erase_user(user=user)
    except models.ProtectedError as error:  # signed notes or articles in an earlier role
        raise PortalAccount from error
    if address:
        transaction.on_commit(partial(_mail, address, erasure.pk))
    return erasure


def erase_user(*, user: User) -> Erasure:
    """The account without asking its owner once more: they have asked before. Raises
    django.db.models.ProtectedError."""
    return carry_out(
        kind=Erasure.Kind.ACCOUNT,
        row=User.objects.filter(pk=user.pk),
        subject=user.pk,
        announce=lambda: _leave(user),
    )


def _leave(user: User) -> Leftovers:
    caring_together.hand_over(owner=user)
    return merged(account_erasing.send(User, user=user))


def carry_out(
    *, kind: str, row: models.QuerySet[Any], subject: UUID, announce: Callable[[], Leftovers]
) -> Erasure:
    """Take one row with all that hangs on it. What is erased already gives its receipt again.

    `announce` stops what is under way and tells what lies outside the tables. Somebody who
    writes at the same moment may get in the way: then it is done over.
    """
    for _attempt in range(TRIES - 1):
        try:
            return _once(kind, row, subject, announce)
        except (IntegrityError, OperationalError) as error:
            if isinstance(error, models.ProtectedError):
                raise
            logger.info("erasing %s once more: %s", subject, type(error).__name__)
    return _once(kind, row, subject, announce)


@transaction.atomic
def _once(
    kind: str, row: models.QuerySet[Any], subject: UUID, announce: Callable[[], Leftovers]
) -> Erasure:
    erased = Erasure.objects.filter(subject=subject).first()
    if erased:
        return erased
    erasure = Erasure.objects.create(kind=kind, subject=subject)
    left = announce()
    try:
        row.select_for_update(of=("self",)).get()
    except ObjectDoesNotExist as error:  # it went just now, with what it belonged to
        raise AlreadyGone from error
    _count, gone = row.delete()
    erasure.counts = {"rows": gone, "left": left}
    erasure.save(update_fields=["counts"])
    transaction.on_commit(partial(tasks.enqueue_erasure, erasure.pk))
    return erasure


def merged(told: Iterable[tuple[Any, Any]]) -> Leftovers:
    """What the receivers of a signal told, as one."""
    together: Leftovers = {}
    for _receiver, left in told:
        for name, found in (left or {}).items():
            together.setdefault(name, []).extend(found)
    return together


def told_counts(erasure: Erasure) -> list[dict[str, Any]]:
    """What was erased, by the names that owners know, the most first."""
    numbers: dict[str, int] = {}
    for label, number in erasure.counts.get("rows", {}).items():
        name = str(NAMES.get(label, OTHERS))
        numbers[name] = numbers.get(name, 0) + number
    known = sorted(numbers.items(), key=lambda pair: (pair[0] == str(OTHERS), -pair[1], pair[0]))
    return [{"name": name, "count": number} for name, number in known if number]


def _mail(address: str, erasure_id: UUID) -> None:
    link = f"{settings.SITE_URL.rstrip('/')}{reverse('erasure', args=[erasure_id])}"
    text = render_to_string("mail/erased.txt", {"link": link})
    try:
        send_mail(str(SUBJECT), text, None, [address])
    except OSError:
        logger.warning("the receipt of erasure %s was not mailed", erasure_id, exc_info=True)
