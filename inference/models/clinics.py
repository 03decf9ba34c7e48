"""Animal hospitals of the public register, and what is known of them besides."""

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from profiles.models import Species, User

EXOTIC = frozenset(Species.values) - {Species.DOG, Species.CAT}
# A degree of longitude in degrees of latitude: cos 36.5°, the middle of Korea. The index and the
# search must name the same number.
DEGREE_RATIO = 0.80


class ClinicQuerySet(models.QuerySet["Clinic"]):
    def open(self) -> "ClinicQuerySet":
        return self.filter(status=Clinic.Status.OPEN)

    def for_species(self, species: str) -> "ClinicQuerySet":
        """Clinics that may see a pet of this species: none for farm animals, and for an exotic
        pet none that is known to send it away."""
        pets = self.filter(is_large_animal=False)
        if species not in EXOTIC:
            return pets
        refusing = ClinicMark.objects.filter(kind=ClinicMark.Kind.NOT_EXOTIC)
        return pets.exclude(pk__in=refusing.values("clinic"))

    def marked(self, kind: str) -> "ClinicQuerySet":
        return self.filter(pk__in=ClinicMark.objects.filter(kind=kind).values("clinic"))


class Clinic(models.Model):
    """An animal hospital as the public register has it. Nothing is ever deleted: one that
    closed says so."""

    class Status(models.TextChoices):
        OPEN = "open", _("영업 중")
        PAUSED = "paused", _("휴업")
        CLOSED = "closed", _("폐업")

    key = models.CharField(_("관리번호"), max_length=30, unique=True)
    name = models.CharField(_("이름"), max_length=100)
    phone = models.CharField(_("전화번호"), max_length=20, blank=True)
    address = models.CharField(_("주소"), max_length=200)
    lot_address = models.CharField(_("지번 주소"), max_length=200, blank=True)
    province = models.CharField(_("시/도"), max_length=20)
    district = models.CharField(_("시/군/구"), max_length=30, blank=True)
    latitude = models.FloatField(_("위도"), null=True, blank=True)
    longitude = models.FloatField(_("경도"), null=True, blank=True)
    status = models.CharField(_("영업 상태"), max_length=8, choices=Status)
    is_large_animal = models.BooleanField(_("가축·출장 진료"), default=False)
    licensed_on = models.DateField(_("인허가일"), null=True, blank=True)
    closed_on = models.DateField(_("폐업일"), null=True, blank=True)
    as_of = models.DateField(_("기준일"))
    source = models.CharField(_("출처"), max_length=120)

    objects = ClinicQuerySet.as_manager()

    class Meta:
        verbose_name = _("동물병원")
        verbose_name_plural = _("동물병원")
        ordering = ["name", "key"]
        indexes = [
            GistIndex(
                Func(F("longitude") * DEGREE_RATIO, F("latitude"), function="point"),
                name="clinic_near",
                condition=Q(status="open", latitude__isnull=False, longitude__isnull=False),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="clinic_coordinates_paired",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.province} {self.district})"


class ClinicMark(models.Model):
    """What the register does not say about a clinic: who says it, and since when."""

    class Kind(models.TextChoices):
        OPEN_24H = "open_24h", _("24시간 진료")
        NIGHT = "night", _("야간 진료")
        EXOTIC = "exotic", _("특수동물 진료")
        NOT_EXOTIC = "not_exotic", _("특수동물 진료 안 함")

    clinic = models.ForeignKey(
        Clinic, on_delete=models.CASCADE, related_name="marks", verbose_name=_("동물병원")
    )
    kind = models.CharField(_("내용"), max_length=12, choices=Kind)
    source = models.CharField(
        _("출처"),
        max_length=200,
        help_text=_("어떻게 알았는지 적어 주세요. 예: 병원에 전화로 확인"),
    )
    noted_on = models.DateField(_("확인한 날"))
    noted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+",
        verbose_name=_("적은 사람"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("동물병원 추가 정보")
        verbose_name_plural = _("동물병원 추가 정보")
        ordering = ["-noted_on"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "kind"], name="clinic_marked_once_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.clinic.name}: {self.get_kind_display()}"
