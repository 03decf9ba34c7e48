"""The promise of a note: made in the transaction that ends a consultation."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.models import Consultation


class NoteJob(models.Model):
    """A note to be written. Taken under a lease with a fence; three attempts, then dead."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("대기")
        RUNNING = "running", _("진행 중")
        DONE = "done", _("완료")
        SKIPPED = "skipped", _("건너뜀")
        DEAD = "dead", _("실패")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.OneToOneField(
        Consultation, on_delete=models.CASCADE, related_name="note_job"
    )
    status = models.CharField(_("상태"), max_length=8, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("시도"), default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    enqueued_at = models.DateTimeField(null=True, blank=True)
    is_embedded = models.BooleanField(_("검색에 들어감"), default=False)
    """False after a note was stored without its vector: the sweep repairs it."""
    steps = models.JSONField(_("단계"), default=list)
    error = models.CharField(_("오류"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("노트 작업")
        verbose_name_plural = _("노트 작업")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=["queued", "running"]) | Q(status="done", is_embedded=False),
                name="note_job_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.status}"
