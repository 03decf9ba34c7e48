"""Six-digit codes sent by mail: issued, checked, used up."""

import contextlib
import hashlib
import hmac
import secrets
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from drmaum.lib.errors import Refusal
from profiles import guessing
from profiles.models import EmailCode, User

LIFETIME = timedelta(minutes=15)
PAUSE_BETWEEN = timedelta(seconds=30)
MOST_TRIES = 5
MOST_MAILS, TIME_OF_MAILS = 4, timedelta(hours=1)
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


class TooManyMails(TooManyTries):
    message = _("메일을 여러 번 보내 드렸어요. 한 시간 뒤에 다시 받아 주세요.")
    retry_after = 3600


def send_code(*, user: User, purpose: EmailCode.Purpose, is_urgent: bool = False) -> None:
    """Mail a new code; earlier ones of this purpose stop working.

    A second request within half a minute sends nothing, since the first mail is still on its
    way; `is_urgent` sends it all the same, as after a changed password.
    """
    with transaction.atomic():
        User.objects.select_for_update(of=["self"]).get(pk=user.pk)
        if not is_urgent and _sent_just_now(user, purpose):
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


def use_code(*, email: str, user: User | None, purpose: EmailCode.Purpose, digits: str) -> None:
    """Use up the live code. Raises WrongCode, ExpiredCode or TooManyTries.

    Tries are counted by address, known or not, and only the right digits learn that their time
    is over: nobody learns from a wrong code who is here.
    """
    count_try(email=email, purpose=purpose)
    live = user and user.codes.filter(purpose=purpose, used_at=None)
    code = live and live.order_by("-created_at").first()
    if user is None or not code:
        raise WrongCode
    # The try is counted in one statement before the comparison: parallel guesses all count.
    counted = EmailCode.objects.filter(pk=code.pk, tries__lt=MOST_TRIES)
    if not counted.update(tries=F("tries") + 1):
        raise TooManyTries
    if not hmac.compare_digest(code.digest, _digest(user, purpose, digits)):
        raise WrongCode
    if code.expires_at < timezone.now():
        raise ExpiredCode
    fresh = EmailCode.objects.filter(pk=code.pk, used_at=None)
    if not fresh.update(used_at=timezone.now()):
        raise WrongCode
    forget_tries(email=email, purpose=purpose)
    guessing.forget(email)  # whoever reads the mails of an address need not guess


def count_try(*, email: str, purpose: EmailCode.Purpose) -> None:
    """One more, for an address known or not. Raises TooManyTries."""
    if _tries_of(email, purpose) > MOST_TRIES:
        raise TooManyTries


def forget_tries(*, email: str, purpose: EmailCode.Purpose) -> None:
    """A new code was asked for: its tries are counted afresh."""
    with contextlib.suppress(RedisError):
        cache.delete(_key("tries", email, purpose))


def count_mail(*, email: str, purpose: EmailCode.Purpose) -> None:
    """One more that somebody else would mail, and would refuse for known addresses alone. Raises
    TooManyMails, earlier than that and for any address."""
    if _counted(_key("mails", email, purpose), TIME_OF_MAILS) > MOST_MAILS:
        raise TooManyMails


def _tries_of(email: str, purpose: EmailCode.Purpose) -> int:
    """How many tries this address has had. Without Redis the code's own count still holds."""
    return _counted(_key("tries", email, purpose), LIFETIME)


def _counted(key: str, span: timedelta) -> int:
    try:
        cache.add(key, 0, int(span.total_seconds()))
        return int(cache.incr(key))
    except (RedisError, ValueError):
        return 0


def _key(what: str, email: str, purpose: EmailCode.Purpose) -> str:
    digest = hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).hexdigest()
    return f"{what}:{purpose}:{digest}"


def _sent_just_now(user: User, purpose: EmailCode.Purpose) -> bool:
    since = timezone.now() - PAUSE_BETWEEN
    return user.codes.filter(purpose=purpose, used_at=None, created_at__gt=since).exists()


def _digest(user: User, purpose: str, digits: str) -> str:
    """Keyed, and bound to the password: a later sign-up of the same address with another
    password must not be opened by the mail of the first."""
    text = f"{user.pk}:{purpose}:{digits}:{user.password}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()


def _mail(address: str, purpose: EmailCode.Purpose, digits: str) -> None:
    minutes = int(LIFETIME.total_seconds() // 60)
    body = render_to_string(f"mail/{purpose}.txt", {"digits": digits, "minutes": minutes})
    send_mail(str(SUBJECTS[purpose]), body, None, [address])
