"""Owners hear by mail that a vet has checked their note: each row by itself, so that two workers
write once. The event in the log tells the open page at once; the mail is for who has left it."""

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles import push
from soap.models import NoteNotice, SoapNote

logger = logging.getLogger(__name__)
# News that could not be sent for so long are none.
PATIENCE = timedelta(days=2)
MOST_AT_ONCE = 50


def promise(*, note: SoapNote) -> None:
    """Within the transaction of the signature."""
    NoteNotice.objects.get_or_create(note=note)
    path = reverse("note", args=[note.pk])
    push.promise(user=note.owner, kind="review", pet=note.pet, path=path, cause=note.pk)


def send_waiting() -> int:
    """Send what waits. Returns how many; the next round goes on after an outage."""
    since = timezone.now() - PATIENCE
    waiting = _waiting().filter(created_at__gt=since).order_by("created_at")
    sent = 0
    for pk in list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        try:
            sent += _send(pk)
        except smtplib.SMTPRecipientsRefused:
            logger.warning("the mail of notice %s was refused", pk)
        except OSError:
            logger.warning("notices cannot be mailed; the next round tries again", exc_info=True)
            break
    return sent


def _waiting() -> QuerySet[NoteNotice]:
    """Only confirmed addresses are written to."""
    return NoteNotice.objects.filter(
        mailed_at=None,
        note__owner__is_active=True,
        note__owner__email_verified_at__isnull=False,
    )


@transaction.atomic
def _send(pk: int) -> bool:
    """Send one mail and note it, under the lock of its row alone. Raises OSError."""
    rows = _waiting().select_related("note__owner", "note__pet")
    notice = rows.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if notice is None:
        return False
    note = notice.note
    pet = " ".join(note.pet.name.split())
    link = f"{settings.SITE_URL.rstrip('/')}{reverse('note', args=[note.pk])}"
    text = render_to_string("mail/reviewed.txt", {"pet": pet, "link": link})
    subject = _("[Dr. 마음] 수의사가 %(pet)s의 상담 요약을 확인했어요") % {"pet": pet}
    send_mail(subject, text, None, [note.owner.email])
    notice.mailed_at = timezone.now()
    notice.save(update_fields=["mailed_at"])
    return True
