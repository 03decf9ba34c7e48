"""A recording on its way to text: the promise, its progress, and the text that the owner checks."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.models import Consultation, Message, Upload
from profiles.models import User


class TranscriptionQuerySet(models.QuerySet["Transcription"]):
    def visible_to(self, user: User) -> "TranscriptionQuerySet":
        return self.filter(consultation__owner=user)


class Transcription(models.Model):
    """The text of one recording. Taken under a lease with a fence; three attempts, then dead.

    `segments` is what the engine heard: {"start", "end" (seconds), "speaker", "words": [{"text",
    "start", "end", "confidence" (0..1)}]}. `text` is what stands, the owner's corrections
    included; only a confirmed text becomes a message and reaches the AI.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("대기")
        RUNNING = "running", _("전사 중")
        POLLING = "polling", _("외부 전사 중")
        READY = "ready", _("확인 기다림")
        CONFIRMED = "confirmed", _("확인함")
        SKIPPED = "skipped", _("건너뜀")
        DISCARDED = "discarded", _("쓰지 않음")
        DEAD = "dead", _("실패")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, related_name="transcription")
    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="transcriptions"
    )
    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="transcription"
    )
    status = models.CharField(_("상태"), max_length=10, choices=Status, default=Status.QUEUED)
    engine = models.CharField(_("전사 엔진"), max_length=40, blank=True)
    progress = models.PositiveSmallIntegerField(_("진행(%)"), default=0)
    pieces = models.JSONField(default=list, blank=True)
    """Of a local run: what has been heard so far, so that a killed worker's work is kept."""
    segments = models.JSONField(default=list, blank=True)
    text = models.TextField(_("전사 글"), blank=True)
    heard = models.TextField(_("엔진이 들은 글"), blank=True)
    urgency = models.CharField(_("긴급도"), max_length=12, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    """How often it was asked for: an engine's name of the work is never used twice."""
    remote_job = models.CharField(max_length=200, blank=True)
    poll_at = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField(_("기한"), null=True, blank=True)
    is_embedded = models.BooleanField(_("검색에 들어감"), default=False)
    attempts = models.PositiveSmallIntegerField(_("시도"), default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    enqueued_at = models.DateTimeField(null=True, blank=True)
    steps = models.JSONField(_("단계"), default=list, blank=True)
    error = models.CharField(_("오류"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("만든 때"), auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(_("확인한 때"), null=True, blank=True)

    objects = TranscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("전사")
        verbose_name_plural = _("전사")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=["queued", "running", "polling"])
                | Q(status="confirmed", is_embedded=False),
                name="transcription_waiting",
            ),
            models.Index(fields=["consultation", "created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.status}"
