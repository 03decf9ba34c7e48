"""A section that a vet asked the AI to write anew."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from profiles.models import User
from soap.models.notes import Section


class Rewrite(models.Model):
    """Asked by a vet, done by a worker. A vet's own text is never overwritten: what was edited
    while the worker wrote makes the rewrite `overtaken`."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("다시 쓰는 중")
        DONE = "done", _("다시 씀")
        OVERTAKEN = "overtaken", _("그사이 고쳐져서 그대로 둠")
        FAILED = "failed", _("다시 쓰지 못함")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="rewrites")
    asked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(_("상태"), max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(_("시도"), default=0)
    made_by = models.CharField(_("작성"), max_length=40, blank=True)
    error = models.CharField(_("오류"), max_length=300, blank=True)
    enqueued_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("항목 다시 쓰기")
        verbose_name_plural = _("항목 다시 쓰기")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["section"], condition=Q(status="waiting"), name="one_rewrite_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.section_id} {self.status}"
