"""Devices that may be notified, and what they are still to be told."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models.people import User


class DeviceQuerySet(models.QuerySet["Device"]):
    def visible_to(self, user: User) -> "DeviceQuerySet":
        return self.filter(user=user)

    def wanting(self, user: User, kind: str) -> "DeviceQuerySet":
        return self.filter(user=user, user__is_active=True, kinds__contains=[kind])


class Device(models.Model):
    """A browser that its owner lets us notify: a subscription at its maker's push service."""

    class Kind(models.TextChoices):
        CARE = "care", _("접종·예방약처럼 챙길 일")
        CHECK_IN = "check_in", _("상담 뒤 안부")
        REVIEW = "review", _("수의사의 확인")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    # Whoever signs out of this browser is not notified there any more.
    session_key = models.CharField(max_length=40, blank=True)
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    label = models.CharField(_("기기"), max_length=60, blank=True)
    kinds = ArrayField(models.CharField(max_length=10, choices=Kind), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("알림을 받는 기기")
        verbose_name_plural = _("알림을 받는 기기")
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.label or str(self.pk)


class Notification(models.Model):
    """The promise to tell one device one thing. It goes when it is kept, or is no news any more."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="waiting")
    # One a device and cause, however often it is promised.
    cause = models.CharField(max_length=80)
    text = models.CharField(max_length=120)
    path = models.CharField(max_length=200)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "cause"], name="notification_once")
        ]
        indexes = [models.Index(fields=["due_at"])]

    def __str__(self) -> str:
        return self.cause
