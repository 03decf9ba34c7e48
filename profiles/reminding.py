"""Mails about what is due soon: one a pet, each row once, by day only.

The rows of a pet are noted and its mail is sent in one transaction, under their lock: killed at
any point, the next hour goes on from the rows, and two workers write once.
"""

import logging
import smtplib
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import ExpressionWrapper, F
from django.db.models.fields import DateField
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles import push
from profiles.models import Care, CareQuerySet

logger = logging.getLogger(__name__)
FROM_HOUR, TO_HOUR = 9, 20  # of Asia/Seoul, the time zone of the settings
# What has been overdue for so long is known, or not wanted.
PATIENCE = timedelta(days=14)
MOST_AT_ONCE = 500


def remind() -> int:
    """Send what is due to be told. Returns how many mails went out."""
    if not FROM_HOUR <= timezone.localtime().hour < TO_HOUR:
        return 0
    pets = _to_tell().order_by("pet_id").values_list("pet_id", flat=True).distinct()
    sent = 0
    for pet_id in list(pets[:MOST_AT_ONCE]):
        try:
            sent += _tell(pet_id)
        except smtplib.SMTPRecipientsRefused:
            logger.warning("the reminder of pet %s was refused", pet_id)
        except OSError:
            logger.warning("reminders cannot be mailed; the next hour tries again", exc_info=True)
            break
    return sent


def _to_tell() -> CareQuerySet:
    """Open rows whose days before the date have come. Only confirmed addresses are written to."""
    today = timezone.localdate()
    begins = ExpressionWrapper(F("due_on") - F("remind_days"), output_field=DateField())
    return (
        Care.objects.open()
        .filter(
            is_reminded=True,
            reminded_on=None,
            due_on__gte=today - PATIENCE,
            pet__archived_at=None,
            pet__owner__is_active=True,
            pet__owner__email_verified_at__isnull=False,
        )
        .annotate(begins_on=begins)
        .filter(begins_on__lte=today)
    )


@transaction.atomic
def _tell(pet_id: UUID) -> bool:
    """Raises OSError, and then nothing is noted."""
    waiting = _to_tell().filter(pet_id=pet_id).select_related("pet__owner").order_by("due_on")
    rows = list(waiting.select_for_update(skip_locked=True, of=("self",)))
    if not rows:
        return False
    today = timezone.localdate()
    noted = Care.objects.filter(pk__in=[row.pk for row in rows], reminded_on=None)
    noted.update(reminded_on=today)
    pet = rows[0].pet
    name = " ".join(pet.name.split())
    link = f"{settings.SITE_URL.rstrip('/')}{reverse('pet_timeline', args=[pet.pk])}"
    text = render_to_string("mail/care.txt", {"pet": name, "rows": rows, "link": link})
    subject = _("[Dr. 마음] %(pet)s, 곧 챙길 일이 있어요") % {"pet": name}
    path = reverse("pet_timeline", args=[pet.pk])
    for one in pet.people():
        push.promise(user=one, kind="care", pet=pet, path=path, cause=f"{pet.pk}:{today}")
        if one.email_verified_at:
            send_mail(subject, text, None, [one.email])
    return True
