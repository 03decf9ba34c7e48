"""The ledger of model calls, and what each day has cost."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models import Consultation
from inference.models.jobs import InferenceJob
from profiles.models import User


class ModelCall(models.Model):
    """The ledger: every call to a model, written before it goes out, whatever came of it.

    While a call is open its tokens and won are the most that it may use.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("진행 중")
        COMPLETE = "complete", _("완료")
        STOPPED = "stopped", _("읽기를 그만둠")
        FAILED = "failed", _("실패")

    job = models.ForeignKey(InferenceJob, on_delete=models.SET_NULL, null=True, blank=True)
    consultation = models.ForeignKey(Consultation, on_delete=models.SET_NULL, null=True, blank=True)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True)
    purpose = models.CharField(_("쓰임"), max_length=16, default="answer")
    provider = models.CharField(_("모델"), max_length=20)
    model = models.CharField(_("모델 이름"), max_length=60)
    outcome = models.CharField(_("결과"), max_length=24, choices=Outcome)
    reason = models.CharField(_("까닭"), max_length=80, blank=True)
    input_tokens = models.PositiveIntegerField(_("입력 토큰"), default=0)
    output_tokens = models.PositiveIntegerField(_("출력 토큰"), default=0)
    won = models.DecimalField(_("비용(원)"), max_digits=12, decimal_places=3, default=0)
    milliseconds = models.PositiveIntegerField(_("밀리초"), default=0)
    created_at = models.DateTimeField(_("시각"), auto_now_add=True)

    class Meta:
        verbose_name = _("모델 호출")
        verbose_name_plural = _("모델 호출")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at"], name="call_newest")]

    def __str__(self) -> str:
        return f"{self.provider} {self.outcome}"


class Spending(models.Model):
    """What a day has cost so far, reservations included: of an owner, or without one of all."""

    day = models.DateField(_("날짜"))
    owner = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True)
    won = models.DecimalField(_("비용(원)"), max_digits=14, decimal_places=3, default=0)

    class Meta:
        verbose_name = _("하루 비용")
        verbose_name_plural = _("하루 비용")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "owner"], nulls_distinct=False, name="spending_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.won}"
