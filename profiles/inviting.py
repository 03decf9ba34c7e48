"""Mails to people who are invited to care for a pet: one an invitation, until it went out."""

import logging
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.models import Caretaker

logger = logging.getLogger(__name__)


def mail_waiting(*, most: int = 100) -> int:
    """Mail the invitations that no mail has brought yet. Returns how many went out."""
    waiting = Caretaker.objects.waiting().filter(mailed_at=None).order_by("invited_at")
    return sum(_mailed(pk) for pk in list(waiting.values_list("pk", flat=True)[:most]))


def _mailed(caretaker_id: UUID) -> bool:
    """Noted and sent under the lock of its row; a mail server that is away is asked again."""
    try:
        with transaction.atomic():
            waiting = Caretaker.objects.waiting().filter(pk=caretaker_id, mailed_at=None)
            found = waiting.select_for_update(skip_locked=True, of=("self",)).first()
            if found is None:
                return False
            found.mailed_at = timezone.now()
            found.save(update_fields=["mailed_at"])
            _send(found)
            return True
    except OSError:
        logger.warning("an invitation was not mailed yet", exc_info=True)
        return False


def _send(invited: Caretaker) -> None:
    pet, owner = (" ".join(name.split()) for name in (invited.pet.name, invited.pet.owner.name))
    link = f"{settings.SITE_URL.rstrip('/')}{reverse('pets')}"
    given = {"owner": owner or _("보호자"), "pet": pet, "link": link}
    subject = _("[Dr. 마음] %(pet)s, 함께 돌봐 주세요") % {"pet": pet}
    send_mail(subject, render_to_string("mail/caretaker.txt", given), None, [invited.email])
