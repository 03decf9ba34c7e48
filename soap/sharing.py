"""Links by which an owner shows a note to a clinic: they end, can be revoked, and are logged.

Only a digest of a link's secret is kept. Whoever has the secret reads the note, and nothing
tells an unknown secret from one that ran out.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from ipaddress import IPv4Address, ip_address
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles.models import User
from soap.models import ShareLink, ShareView, SoapNote

DAYS = (1, 7, 30)
DEFAULT_DAYS = 7
MOST_LINKS = 10
SECRET_BYTES = 32
LONGEST_SECRET = 100
SHOWN_VIEWS = 20


class UnknownDays(Refusal):
    code = "unknown_days"
    message = _("링크는 1일, 7일, 30일 가운데에서 고를 수 있어요.")


class TooManyLinks(Refusal):
    status = HTTPStatus.CONFLICT
    code = "too_many_links"
    message = _("링크를 10개까지 둘 수 있어요. 쓰지 않는 링크를 먼저 거둬 주세요.")


class LinkGone(Refusal):
    """Unknown, expired, revoked: one and the same answer."""

    status = HTTPStatus.NOT_FOUND
    code = "link_gone"
    message = _("이 링크로는 요약을 볼 수 없어요. 기한이 지났거나 보호자가 거둔 링크예요.")


@dataclass(frozen=True)
class Shared:
    """A link at the only moment at which its secret is known."""

    link: ShareLink
    secret: str


@transaction.atomic
def share(*, note: SoapNote, owner: User, days: int = DEFAULT_DAYS) -> Shared:
    """Make a link. Raises UnknownDays, TooManyLinks, and DoesNotExist for another's note."""
    if days not in DAYS:
        raise UnknownDays
    mine = SoapNote.objects.visible_to(owner).select_for_update(of=["self"]).get(pk=note.pk)
    if ShareLink.objects.valid().filter(note=mine).count() >= MOST_LINKS:
        raise TooManyLinks
    secret = secrets.token_urlsafe(SECRET_BYTES)
    ends = timezone.now() + timedelta(days=days)
    link = ShareLink.objects.create(note=mine, digest=digest(secret), expires_at=ends)
    return Shared(link, secret)


@transaction.atomic
def revoke(*, link: ShareLink, owner: User) -> ShareLink:
    """End a link at once; twice is once. Raises DoesNotExist for another's link."""
    mine = ShareLink.objects.visible_to(owner).select_for_update(of=["self"]).get(pk=link.pk)
    if mine.revoked_at is None:
        mine.revoked_at = timezone.now()
        mine.save(update_fields=["revoked_at"])
    return mine


@transaction.atomic
def open_link(*, secret: str, address: str | None) -> SoapNote:
    """The note behind a secret, and an entry for its owner. Raises LinkGone."""
    link = find(secret)
    ShareView.objects.create(link=link, address=address)
    return link.note


def find(secret: str) -> ShareLink:
    """The valid link of a secret, without an entry. Raises LinkGone."""
    if len(secret) > LONGEST_SECRET:
        raise LinkGone
    live = ShareLink.objects.valid().filter(
        note__pet__archived_at=None, note__owner__is_active=True
    )
    rows = live.select_related("note__pet", "note__approved_by")
    link = rows.filter(digest=digest(secret)).first()
    if link is None:
        raise LinkGone
    return link


def links_of(note: SoapNote) -> list[ShareLink]:
    """The links that still open, newest first, with how often and when they were opened."""
    live = ShareLink.objects.valid().filter(note=note)
    counted: Any = live.annotate(opened=Count("views"), last_opened_at=Max("views__at"))
    return list(counted.order_by("-created_at"))


def openings_of(link: ShareLink) -> list[ShareView]:
    """The newest openings."""
    return list(link.views.order_by("-at", "-pk")[:SHOWN_VIEWS])


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def shortened(address: str | None) -> str:
    """Enough of an IP address to recognise one's clinic, not enough to follow anybody."""
    if not address:
        return "알 수 없는 곳"
    if isinstance(ip_address(address), IPv4Address):
        return ".".join([*address.split(".")[:2], "*", "*"])
    groups = ip_address(address).exploded.split(":")[:2]
    return ":".join([*(group.lstrip("0") or "0" for group in groups), "*"])
