"""Check-ins that the product promised after a danger."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models import Message
from profiles.models import User


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User) -> "FollowUpQuerySet":
        return self.filter(message__consultation__owner=user)

    def due(self) -> "FollowUpQuerySet":
        """Promised, not yet asked, and its time has come."""
        return self.filter(status=FollowUp.Status.PROMISED, due_at__lte=timezone.now())

    def asked(self) -> "FollowUpQuerySet":
        """Asked and waiting for the owner's answer."""
        return self.filter(status=FollowUp.Status.ASKED)


class FollowUp(models.Model):
    """One question asked some hours after a message of danger ("소변은 봤나요?")."""

    class Status(models.TextChoices):
        PROMISED = "promised", _("예정")
        ASKED = "asked", _("물어봄")
        ANSWERED = "answered", _("답함")
        DROPPED = "dropped", _("그만둠")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="follow_ups", verbose_name=_("계기")
    )
    hours = models.PositiveSmallIntegerField(_("몇 시간 뒤"))
    question = models.CharField(_("질문"), max_length=200)
    status = models.CharField(max_length=8, choices=Status, default=Status.PROMISED)
    due_at = models.DateTimeField(_("예정 시각"))
    asked_at = models.DateTimeField(_("물어본 시각"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("메일 보낸 시각"), null=True, blank=True)
    answer = models.OneToOneField(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="answered_follow_up"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("안부 확인")
        verbose_name_plural = _("안부 확인")
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(fields=["message", "hours"], name="one_follow_up_an_hour"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="promised"), name="follow_ups_due")
        ]

    def __str__(self) -> str:
        return self.question
