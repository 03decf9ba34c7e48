"""The promise of a reply, its attempts, and what the rules said of the message."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models import RANK, Message, Urgency


class InferenceJob(models.Model):
    """The promise that a message gets a reply: queue item, lease and dead letter in one row.

    A message that is answered anew has one job for each version of its reply.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("대기")
        RUNNING = "running", _("실행 중")
        DONE = "done", _("완료")
        DEAD = "dead", _("실패")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="jobs", verbose_name=_("메시지")
    )
    version = models.PositiveSmallIntegerField(_("몇 번째 답변"), default=1)
    reply_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(_("상태"), max_length=8, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("실패한 시도"), default=0)
    losses = models.PositiveSmallIntegerField(_("밖에서 끊긴 시도"), default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    enqueued_at = models.DateTimeField(null=True, blank=True)
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("접수"), auto_now_add=True)
    finished_at = models.DateTimeField(_("끝"), null=True, blank=True)
    error = models.CharField(_("오류"), max_length=300, blank=True)
    # The request that it came with (drmaum.lib.tracing), for when no message brings that along.
    trace = models.CharField(max_length=100, blank=True, editable=False, db_default="")

    class Meta:
        verbose_name = _("추론 작업")
        verbose_name_plural = _("추론 작업")
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=["queued", "running"]),
                name="job_unfinished",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["message", "version"], name="one_job_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.pk}"


class RunQuerySet(models.QuerySet["Run"]):
    def daily(self, days: int = 14) -> list[dict[str, Any]]:
        """Answers of the last days, newest day first: how many, who gave them, what the cache
        saved. Keys: day, answers, cached, approved, quoted, failed, hit_rate, saved_won."""
        since = timezone.localdate() - timedelta(days=days - 1)
        finished = self.filter(started_at__date__gte=since).exclude(responder="")
        rows = finished.annotate(day=TruncDate("started_at")).values("day")
        counted = rows.annotate(
            answers=Count("pk"),
            cached=Count("pk", filter=Q(responder="cache")),
            approved=Count("pk", filter=Q(responder="approved")),
            quoted=Count("pk", filter=Q(responder="extractive")),
            failed=Count("pk", filter=Q(responder="none")),
            saved_won=Sum("saved_won"),
        )
        return [
            {**row, "hit_rate": 100 * row["cached"] / row["answers"]}
            for row in counted.order_by("-day")
        ]


class Run(models.Model):
    """One attempt at a job, with its steps as the admin's timeline shows them.

    `steps` is a list of {name, outcome, ms, error, detail} in the order in which they ran.
    """

    job = models.ForeignKey(InferenceJob, on_delete=models.CASCADE, related_name="runs")
    fence = models.PositiveIntegerField()
    outcome = models.CharField(_("결과"), max_length=16, default="running")
    steps = models.JSONField(default=list)
    started_at = models.DateTimeField(_("시작"), auto_now_add=True)
    responder = models.CharField(_("누가 답했나"), max_length=20, blank=True)
    saved_won = models.DecimalField(_("아낀 비용(원)"), max_digits=12, decimal_places=3, default=0)
    milliseconds = models.PositiveIntegerField(_("밀리초"), null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("실행")
        verbose_name_plural = _("실행")
        ordering = ["-started_at"]
        constraints = [models.UniqueConstraint(fields=["job", "fence"], name="run_fence")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.started_at:%m-%d %H:%M:%S}"


class TriageResult(models.Model):
    """What the rules said of one message."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="triage")
    urgency = models.CharField(_("긴급도"), max_length=12, choices=Urgency)
    raised_to = models.CharField(_("AI가 올린 긴급도"), max_length=12, choices=Urgency, blank=True)
    findings = models.JSONField(default=list)
    is_question = models.BooleanField(default=False)
    is_third_party = models.BooleanField(default=False)
    rules_version = models.CharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("트리아지 결과")
        verbose_name_plural = _("트리아지 결과")

    def __str__(self) -> str:
        return self.graver

    @property
    def graver(self) -> str:
        """The rules' urgency, or what an answer has raised it to."""
        return max(self.urgency, self.raised_to, key=lambda urgency: RANK.get(urgency, -1))
