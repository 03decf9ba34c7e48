"""How often passwords may be tried at one account, from wherever the tries come.

Known or unknown, an address is counted alike. A right password begins the count anew, and so does a
new one that was set by a mailed code: nobody is locked out for longer than a mail takes.
"""

import contextlib
import hashlib
from datetime import timedelta
from http import HTTPStatus

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from drmaum.lib.errors import Refusal

MOST, SPAN = 10, timedelta(minutes=15)


class TooManyGuesses(Refusal):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_tries"
    message = _(
        "비밀번호를 여러 번 틀렸어요. 15분 뒤에 다시 로그인하거나, 비밀번호를 다시 정해 주세요."
    )
    retry_after = int(SPAN.total_seconds())


def count(email: str) -> None:
    """One try more, before the password is looked at: parallel tries all count. Raises
    TooManyGuesses. Without its cache nothing is counted, as with rates."""
    with contextlib.suppress(RedisError, ValueError):
        cache.add(_key(email), 0, int(SPAN.total_seconds()))
        if cache.incr(_key(email)) > MOST:
            raise TooManyGuesses


def forget(email: str) -> None:
    with contextlib.suppress(RedisError):
        cache.delete(_key(email))


def _key(email: str) -> str:
    digest = hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).hexdigest()
    return f"guesses:{digest}"
