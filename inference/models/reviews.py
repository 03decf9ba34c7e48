"""Messages whose urgency people doubt, and the labelled cases that come of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.models import Message, Urgency
from profiles.models import User


class TriageReviewQuerySet(models.QuerySet["TriageReview"]):
    def open(self) -> "TriageReviewQuerySet":
        return self.filter(status=TriageReview.Status.OPEN)

    def cases(self) -> "TriageReviewQuerySet":
        """What staff labelled: later rules are held against these."""
        return self.filter(status=TriageReview.Status.CASE)


class TriageReview(models.Model):
    """One owner's message on the review board. Labelled, it is a regression case."""

    class Source(models.TextChoices):
        OWNER = "owner", _("보호자: 응급을 놓쳤어요")
        VET = "vet", _("수의사가 표시")

    class Status(models.TextChoices):
        OPEN = "open", _("확인 전")
        CASE = "case", _("회귀 사례")
        DISMISSED = "dismissed", _("문제없음")

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, related_name="triage_review", verbose_name=_("메시지")
    )
    source = models.CharField(_("알린 이"), max_length=8, choices=Source)
    comment = models.TextField(_("의견"), max_length=1000, blank=True)
    flagged_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    flagged_at = models.DateTimeField(_("표시한 때"), auto_now_add=True)
    status = models.CharField(_("상태"), max_length=10, choices=Status, default=Status.OPEN)
    label = models.CharField(_("옳은 긴급도"), max_length=12, choices=Urgency, blank=True)
    accept = ArrayField(
        models.CharField(max_length=12, choices=Urgency), default=list, blank=True,
        verbose_name=_("받아들일 긴급도"),
    )  # fmt: skip
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(_("정한 때"), null=True, editable=False)

    objects = TriageReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("트리아지 검토")
        verbose_name_plural = _("트리아지 검토")
        ordering = ["-flagged_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="case") | ~Q(label=""), name="triage_case_is_labelled"
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_at=None)
                | (~Q(status="open") & Q(decided_at__isnull=False)),
                name="triage_review_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.message.text[:60]
