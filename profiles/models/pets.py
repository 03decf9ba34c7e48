"""Animals, and the history that their owners tell."""

import uuid
from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models.caretakers import Caretaker
from profiles.models.people import User

LONGEST_LIFE = timedelta(days=365 * 120)


class Species(models.TextChoices):
    DOG = "dog", _("강아지")
    CAT = "cat", _("고양이")
    RABBIT = "rabbit", _("토끼")
    HAMSTER = "hamster", _("햄스터")
    GUINEA_PIG = "guinea_pig", _("기니피그")
    BIRD = "bird", _("새")
    FERRET = "ferret", _("페럿")
    REPTILE = "reptile", _("파충류")


def check_birth_date(value: date) -> None:
    """Born within the last 120 years, as even a tortoise is."""
    today = timezone.localdate()
    if not today - LONGEST_LIFE <= value <= today:
        raise ValidationError(_("생일을 다시 확인해 주세요."))


def check_happened_on(value: date) -> None:
    """Past, and within the longest life."""
    today = timezone.localdate()
    if not today - LONGEST_LIFE <= value <= today:
        raise ValidationError(_("날짜를 다시 확인해 주세요."))


class PetQuerySet(models.QuerySet["Pet"]):
    def visible_to(self, user: User) -> "PetQuerySet":
        """The user's own, and those that the user cares for together with their owner."""
        shared = Caretaker.objects.active().filter(user=user).values("pet")
        return self.filter(Q(owner=user) | Q(pk__in=shared), archived_at=None)

    def owned_by(self, user: User) -> "PetQuerySet":
        """Those that the user may share, put away and erase."""
        return self.filter(owner=user, archived_at=None)


class Pet(models.Model):
    class Sex(models.TextChoices):
        MALE = "male", _("수컷")
        FEMALE = "female", _("암컷")
        UNKNOWN = "unknown", _("모름")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="pets")
    name = models.CharField(_("이름"), max_length=40)
    species = models.CharField(_("종류"), max_length=12, choices=Species)
    breed = models.CharField(_("품종"), max_length=60, blank=True)
    birth_date = models.DateField(_("생일"), null=True, blank=True)
    is_birth_date_approximate = models.BooleanField(_("생일이 대략이에요"), default=False)
    sex = models.CharField(_("성별"), max_length=8, choices=Sex, default=Sex.UNKNOWN)
    is_neutered = models.BooleanField(_("중성화"), null=True, blank=True)
    weight_kg = models.DecimalField(
        _("몸무게(kg)"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    allergies = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    conditions = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    medicines = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = PetQuerySet.as_manager()

    class Meta:
        verbose_name = _("반려동물")
        verbose_name_plural = _("반려동물")
        indexes = [models.Index(fields=["owner", "-created_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight_kg__isnull=True) | Q(weight_kg__gt=0), name="pet_weight_positive"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def people(self) -> list[User]:
        """Its owner and whoever cares for it too."""
        caring = self.caretakers.active().select_related("user").order_by("accepted_at")
        return [self.owner, *(one.user for one in caring if one.user)]

    def age_in_months(self, today: date | None = None) -> int | None:
        """Whole months since birth, None when the birth date is unknown."""
        if self.birth_date is None:
            return None
        day = today or timezone.localdate()
        months = (day.year - self.birth_date.year) * 12 + day.month - self.birth_date.month
        return max(0, months - (day.day < self.birth_date.day))


class RecordQuerySet(models.QuerySet["MedicalRecord"]):
    def visible_to(self, user: User) -> "RecordQuerySet":
        return self.filter(pet__in=Pet.objects.visible_to(user))


class MedicalRecord(models.Model):
    """One entry of a pet's medical history, as the owner told it."""

    class Kind(models.TextChoices):
        DISEASE = "disease", _("질병")
        SURGERY = "surgery", _("수술")
        MEDICINE = "medicine", _("약")
        ALLERGY = "allergy", _("알레르기")
        VACCINE = "vaccine", _("예방접종")
        VISIT = "visit", _("병원 방문")
        OTHER = "other", _("기타")

    pet = models.ForeignKey(Pet, on_delete=models.CASCADE, related_name="records")
    kind = models.CharField(_("종류"), max_length=12, choices=Kind)
    title = models.CharField(_("내용"), max_length=120)
    notes = models.TextField(_("메모"), max_length=2000, blank=True)
    happened_on = models.DateField(_("날짜"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("의료 기록")
        verbose_name_plural = _("의료 기록")
        ordering = ["-happened_on", "-created_at"]

    def __str__(self) -> str:
        return self.title
