"""What an owner takes along, and what an owner has erased."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from profiles.models.people import User


class DataExportQuerySet(models.QuerySet["DataExport"]):
    def visible_to(self, user: User) -> "DataExportQuerySet":
        return self.filter(user=user)


class DataExport(models.Model):
    """The promise of a file with everything that is kept of an owner. Removed after its days."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("준비 중")
        READY = "ready", _("받을 수 있음")
        DEAD = "dead", _("실패")
        REMOVED = "removed", _("지움")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports")
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    key = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    enqueued_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("자료 내려받기")
        verbose_name_plural = _("자료 내려받기")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(status="queued"), name="export_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.created_at:%Y-%m-%d}"


class Erasure(models.Model):
    """The receipt of an erasure: what and when, nothing of whom. It outlives what was erased."""

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", _("상담")
        PET = "pet", _("반려동물")
        ACCOUNT = "account", _("계정")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("무엇을"), max_length=12, choices=Kind)
    subject = models.UUIDField(unique=True)
    """Of what was erased: a number that leads nowhere any more."""
    counts = models.JSONField(_("지운 것"), default=dict)
    asked_at = models.DateTimeField(_("요청"), auto_now_add=True)
    done_at = models.DateTimeField(_("완료"), null=True, blank=True)

    class Meta:
        verbose_name = _("삭제 확인서")
        verbose_name_plural = _("삭제 확인서")
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_at:%Y-%m-%d}"
