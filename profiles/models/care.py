"""What is measured and what is due: weights, vaccinations, parasite control, check-ups."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from profiles.models.people import User
from profiles.models.pets import Pet


class WeightQuerySet(models.QuerySet["Weight"]):
    def visible_to(self, user: User) -> "WeightQuerySet":
        return self.filter(pet__in=Pet.objects.visible_to(user))


class Weight(models.Model):
    """One weighing. The newest is the pet's own `weight_kg`; one a day counts."""

    pet = models.ForeignKey(Pet, on_delete=models.CASCADE, related_name="weights")
    kg = models.DecimalField(_("몸무게(kg)"), max_digits=6, decimal_places=2)
    measured_on = models.DateField(_("잰 날"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WeightQuerySet.as_manager()

    class Meta:
        verbose_name = _("몸무게")
        verbose_name_plural = _("몸무게")
        ordering = ["measured_on"]
        constraints = [
            models.UniqueConstraint(fields=["pet", "measured_on"], name="one_weight_a_day"),
            models.CheckConstraint(condition=Q(kg__gt=0, kg__lte=200), name="weight_fits"),
        ]

    def __str__(self) -> str:
        return f"{self.kg}"


class CareQuerySet(models.QuerySet["Care"]):
    def visible_to(self, user: User) -> "CareQuerySet":
        return self.filter(pet__in=Pet.objects.visible_to(user))

    def open(self) -> "CareQuerySet":
        return self.filter(done_on=None)


class Care(models.Model):
    """Something that is due for a pet. Done, it stays as history, and what comes again gets a
    further row. `code` names the entry of the schedule that proposed it."""

    class Kind(models.TextChoices):
        VACCINE = "vaccine", _("예방접종")
        PARASITE = "parasite", _("구충·예방약")
        CHECK = "check", _("건강 검진")
        MEDICINE = "medicine", _("약")
        OTHER = "other", _("기타")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pet = models.ForeignKey(Pet, on_delete=models.CASCADE, related_name="care")
    kind = models.CharField(_("종류"), max_length=8, choices=Kind)
    code = models.CharField(max_length=40, blank=True)
    title = models.CharField(_("내용"), max_length=80)
    due_on = models.DateField(_("예정일"))
    every_days = models.PositiveSmallIntegerField(_("반복(일)"), null=True, blank=True)
    remind_days = models.PositiveSmallIntegerField(_("며칠 전에 알림"), default=7)
    is_reminded = models.BooleanField(_("알림 받기"), default=True)
    reminded_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(_("한 날"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CareQuerySet.as_manager()

    class Meta:
        verbose_name = _("돌봄 일정")
        verbose_name_plural = _("돌봄 일정")
        ordering = ["due_on", "created_at"]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(done_on=None, is_reminded=True, reminded_on=None),
                name="care_to_remind",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pet", "code"],
                condition=Q(done_on=None) & ~Q(code=""),
                name="one_open_care_a_code",
            )
        ]

    def __str__(self) -> str:
        return self.title
