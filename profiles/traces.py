"""What a person leaves beside the rows that belong to them: browser sessions, names in the
portal's own log, sign-ins and codes whose time is over."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.crypto import salted_hmac

from profiles.models import Caretaker, EmailCode, SignIn, SocketTicket
from profiles.models.caretakers import INVITED_FOR

OURS = ("profiles", "chat", "inference", "soap", "transcription")
EMAIL_KEY = "email_in_confirmation"
AT_ONCE = 500
# Somebody may still ask why a code or a ticket did not work.
GRACE = timedelta(days=1)


def address_mark(email: str) -> str:
    """By which a session that holds the address is found, when the address itself is gone."""
    return salted_hmac("profiles.traces", email.strip().lower()).hexdigest()


def end_sessions(*, people: list[str], addresses: list[str]) -> int:
    """Remove the browser sessions of these accounts, and those that hold these addresses."""
    if not people and not addresses:
        return 0
    ended = [
        session.pk
        for session in Session.objects.iterator(chunk_size=AT_ONCE)
        if _is_of(session.get_decoded(), people, addresses)
    ]
    return Session.objects.filter(pk__in=ended).delete()[0]


def _is_of(held: dict[str, object], people: list[str], addresses: list[str]) -> bool:
    email = str(held.get(EMAIL_KEY) or "")
    return str(held.get(SESSION_KEY, "")) in people or (
        bool(email) and address_mark(email) in addresses
    )


def blank_log_entries() -> int:
    """The portal's log of what staff did stays; what it says of objects that are gone goes."""
    blanked = 0
    for kind in ContentType.objects.filter(app_label__in=OURS, logentry__isnull=False).distinct():
        model = apps.all_models[kind.app_label].get(kind.model)
        entries = LogEntry.objects.filter(content_type=kind).exclude(object_repr="")
        if model is not None:
            there = model._default_manager.annotate(key_as_text=Cast("pk", TextField()))
            entries = entries.exclude(object_id__in=there.values("key_as_text"))
        blanked += entries.update(object_repr="", change_message="")
    return blanked


def forget_expired() -> int:
    """Remove what can no longer let anybody in. Returns how many rows went."""
    before = timezone.now() - GRACE
    over: tuple[Any, ...] = (
        Session.objects.filter(expire_date__lt=timezone.now()),
        SocketTicket.objects.filter(expires_at__lt=before),
        EmailCode.objects.filter(expires_at__lt=before),
        SignIn.objects.filter(expires_at__lt=before),
        Caretaker.objects.filter(ended_at__lt=before),
        Caretaker.objects.filter(accepted_at=None, invited_at__lt=before - INVITED_FOR),
    )
    return sum(rows.delete()[0] for rows in over)
