"""The question in the app, and its mail: each row by itself, so that two workers ask once."""

import logging
import smtplib
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.models import Consultation
from chat.services import DO_NOT_WAIT
from inference.followups.promising import drop
from inference.followups.questions import sentence
from inference.models import FollowUp
from profiles import push
from profiles.models import User

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 200
# A mail that could not be sent for so long would only puzzle.
MAIL_PATIENCE = timedelta(hours=12)
Status = FollowUp.Status


def ask_due() -> int:
    """Ask what has come due, then send the mails of all that was asked and not mailed yet.

    Returns how many were asked. Killed at any point, the next call goes on from the rows.
    """
    due = FollowUp.objects.due().order_by("due_at").values_list("pk", flat=True)
    asked = sum(_ask(pk) for pk in list(due[:MOST_AT_ONCE]))
    _send_mails()
    return asked


def waiting_for(user: User) -> QuerySet[FollowUp]:
    """The questions that an owner has not answered yet, newest first."""
    return answerable_by(user).filter(status=Status.ASKED).order_by("-asked_at")


def answerable_by(user: User) -> QuerySet[FollowUp]:
    """What an owner was asked, answered or not: also what makes way for a newer question."""
    mine = FollowUp.objects.visible_to(user).filter(asked_at__isnull=False)
    mine = mine.filter(message__consultation__pet__archived_at=None)
    return mine.select_related("message__consultation__pet")


@transaction.atomic
def _ask(pk: UUID) -> bool:
    """Show one question. What another worker or a message holds waits for the next round."""
    rows = FollowUp.objects.due().select_related(
        "message__consultation__pet", "message__consultation__owner"
    )
    locked = rows.select_for_update(skip_locked=True, of=("self", "message__consultation"))
    follow_up = locked.filter(pk=pk).first()
    if follow_up is None:
        return False
    consultation = follow_up.message.consultation
    of_the_talk = FollowUp.objects.filter(message__consultation=consultation).exclude(pk=pk)
    if not _may_be_asked(consultation) or of_the_talk.due().filter(due_at__gt=follow_up.due_at):
        follow_up.status = Status.DROPPED
        follow_up.save(update_fields=["status"])
        return False
    drop(of_the_talk.asked())  # one card a consultation: the newest question
    follow_up.status, follow_up.asked_at = Status.ASKED, timezone.now()
    follow_up.save(update_fields=["status", "asked_at"])
    address = reverse("consultation", args=[consultation.pk])
    push.promise(
        user=consultation.owner, kind="check_in", pet=consultation.pet, path=address, cause=str(pk)
    )
    return True


def _may_be_asked(consultation: Consultation) -> bool:
    """Not about a pet that was put away, whatever the reason was."""
    is_put_away = consultation.ending == Consultation.Ending.ARCHIVED
    return consultation.owner.is_active and not (is_put_away or consultation.pet.archived_at)


def _send_mails() -> None:
    since = timezone.now() - MAIL_PATIENCE
    unmailed = _unmailed().filter(asked_at__gt=since).order_by("asked_at")
    for pk in list(unmailed.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        try:
            _send_mail(pk)
        except smtplib.SMTPRecipientsRefused:
            logger.warning("the mail of check-in %s was refused", pk)
        except OSError:
            logger.warning("check-ins cannot be mailed; the next round tries again", exc_info=True)
            return


def _unmailed() -> QuerySet[FollowUp]:
    """Only confirmed addresses are written to."""
    return FollowUp.objects.asked().filter(
        mailed_at=None,
        message__consultation__owner__is_active=True,
        message__consultation__owner__email_verified_at__isnull=False,
        message__consultation__pet__archived_at=None,
    )


@transaction.atomic
def _send_mail(pk: UUID) -> None:
    """Send one mail and note it, under the lock of its row alone. Raises OSError."""
    rows = _unmailed().select_related("message__consultation__pet", "message__consultation__owner")
    follow_up = rows.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if follow_up is None:
        return
    consultation = follow_up.message.consultation
    address = reverse("consultation", args=[consultation.pk])
    text = render_to_string(
        "mail/follow_up.txt",
        {
            "sentence": sentence(follow_up),
            "link": f"{settings.SITE_URL.rstrip('/')}{address}",
            "do_not_wait": DO_NOT_WAIT,
        },
    )
    pet = " ".join(consultation.pet.name.split())
    subject = _("[Dr. 마음] %(pet)s의 안부를 여쭤봐요") % {"pet": pet}
    send_mail(subject, text, None, [consultation.owner.email])
    follow_up.mailed_at = timezone.now()
    follow_up.save(update_fields=["mailed_at"])
