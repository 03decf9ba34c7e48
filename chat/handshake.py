"""Who may open a socket: a one-time ticket, or a session cookie from a known origin.

API clients send `ticket.<value>` as the subprotocol and no Origin is asked of them. The web
app uses its cookie, and then the Origin must be on the list, since browsers send cookies
along with a foreign page's handshake too. No token ever stands in the address.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.http import HttpRequest, parse_cookie

from chat.models import Consultation
from drmaum.lib.sessions import SessionStore
from profiles.models import SignIn, User
from profiles.tokens import use_ticket

FOREIGN, UNPROVEN = 4404, 4401
TICKET = "ticket."


@dataclass(frozen=True)
class Visitor:
    """A proven person at one consultation, with what proves it for as long as it holds."""

    user_id: UUID
    consultation_id: UUID
    sign_in_id: UUID | None = None
    session_key: str | None = None


def admit(scope: dict[str, Any]) -> tuple[Visitor | None, int]:
    """The visitor, or None and the close code that tells why not."""
    user, sign_in, session_key = _prove(scope)
    if user is None:
        return None, UNPROVEN
    consultation_id: UUID = scope["url_route"]["kwargs"]["consultation_id"]
    if not Consultation.objects.visible_to(user).filter(pk=consultation_id).exists():
        return None, FOREIGN
    sign_in_id = sign_in.pk if sign_in else None
    return Visitor(user.pk, consultation_id, sign_in_id, session_key), 0


def is_still_admitted(visitor: Visitor) -> bool:
    """Whether the proof still holds: not logged out, not disabled, the consultation not gone."""
    if visitor.sign_in_id:
        live = SignIn.objects.filter(pk=visitor.sign_in_id, ended_at=None, user__is_active=True)
        proven = live.exists()
    else:
        proven = _user_of_session(visitor.session_key or "") is not None
    seen = Consultation.objects.filter(pk=visitor.consultation_id, owner=visitor.user_id)
    return proven and seen.exists()


def _prove(scope: dict[str, Any]) -> tuple[User | None, SignIn | None, str | None]:
    for offered in scope.get("subprotocols") or []:
        if offered.startswith(TICKET):
            ticket = use_ticket(value=offered.removeprefix(TICKET))
            if ticket is None:
                return None, None, None
            return ticket.user, ticket.sign_in, ticket.session_key
    headers = dict(scope.get("headers") or [])
    if not _is_known_origin(headers):
        return None, None, None
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    return _user_of_session(key), None, key


def _is_known_origin(headers: dict[bytes, bytes]) -> bool:
    """The socket's own host, or one on the list. A missing Origin is no browser of ours."""
    origin = headers.get(b"origin", b"").decode("latin-1")
    if origin in settings.SOCKET_ORIGINS:
        return True
    host = headers.get(b"host", b"").decode("latin-1")
    try:
        name = urlsplit(f"//{host}").hostname or ""
        is_same = bool(origin) and urlsplit(origin).netloc == host
    except ValueError:
        return False
    return is_same and any(name == known.strip("[]") for known in settings.ALLOWED_HOSTS)


def _user_of_session(key: str) -> User | None:
    """The active user of a browser session; the password's hash is compared as Django does."""
    request = HttpRequest()
    request.session = SessionStore(key)
    if not key or SESSION_KEY not in request.session:
        return None
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None
