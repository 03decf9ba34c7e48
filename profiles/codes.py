"""Six-digit codes sent by mail: issued, checked, used up."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles.models import EmailCode, User

LIFETIME = timedelta(minutes=15)
PAUSE_BETWEEN = timedelta(seconds=30)
MOST_TRIES = 5
SUBJECTS = {
    EmailCode.Purpose.SIGN_UP: _("[Dr. 마음] 가입 확인 번호"),
    EmailCode.Purpose.RESET: _("[Dr. 마음] 비밀번호 재설정 번호"),
}


class WrongCode(Refusal):
    code = "wrong_code"
    message = _("확인 번호가 맞지 않아요. 메일에서 여섯 자리 숫자를 다시 확인해 주세요.")


class ExpiredCode(Refusal):
    code = "expired_code"
    message = _("확인 번호의 시간이 지났어요. 새 번호를 받아 주세요.")


class TooManyTries(Refusal):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_tries"
    message = _("확인 번호를 여러 번 틀렸어요. 새 번호를 받아 주세요.")


def send_code(*, user: User, purpose: EmailCode.Purpose) -> None:
    """Mail a new code; earlier ones of this purpose stop working.

    A second request within half a minute sends nothing: the first mail is still on its way.
    """
    with transaction.atomic():
        User.objects.select_for_update(of=["self"]).get(pk=user.pk)
        if _sent_just_now(user, purpose):
            return
        live = user.codes.filter(purpose=purpose, used_at=None)
        live.update(used_at=timezone.now())
        digits = f"{secrets.randbelow(10**6):06d}"
        EmailCode.objects.create(
            user=user,
            purpose=purpose,
            digest=_digest(user, purpose, digits),
            expires_at=timezone.now() + LIFETIME,
        )
        transaction.on_commit(lambda: _mail(user.email, purpose, digits))


def use_code(*, user: User | None, purpose: EmailCode.Purpose, digits: str) -> None:
    """Use up the live code. Raises WrongCode, ExpiredCode or TooManyTries.

    An unknown user fails exactly as a wrong code does, so that nobody learns who is here.
    """
    code = user and user.codes.filter(purpose=purpose).order_by("-created_at").first()
    if user is None or not code:
        raise WrongCode
    # The try is counted in one statement before the comparison: parallel guesses all count.
    counted = EmailCode.objects.filter(pk=code.pk, tries__lt=MOST_TRIES)
    if not counted.update(tries=F("tries") + 1):
        raise TooManyTries
    if code.used_at is not None or code.expires_at < timezone.now():
        raise ExpiredCode
    if not hmac.compare_digest(code.digest, _digest(user, purpose, digits)):
        raise WrongCode
    fresh = EmailCode.objects.filter(pk=code.pk, used_at=None)
    if not fresh.update(used_at=timezone.now()):
        raise ExpiredCode


def _sent_just_now(user: User, purpose: EmailCode.Purpose) -> bool:
    since = timezone.now() - PAUSE_BETWEEN
    return user.codes.filter(purpose=purpose, used_at=None, created_at__gt=since).exists()


def _digest(user: User, purpose: str, digits: str) -> str:
    text = f"{user.pk}:{purpose}:{digits}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()


def _mail(address: str, purpose: EmailCode.Purpose, digits: str) -> None:
    minutes = int(LIFETIME.total_seconds() // 60)
    body = render_to_string(f"mail/{purpose}.txt", {"digits": digits, "minutes": minutes})
    send_mail(str(SUBJECTS[purpose]), body, None, [address])
