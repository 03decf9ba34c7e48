"""The red flags as vets edit them, and who signed the list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models import Urgency
from profiles.models import Species, User


class TriageRuleQuerySet(models.QuerySet["TriageRule"]):
    def changed(self) -> "TriageRuleQuerySet":
        """Rules that people edited or added: these replace the shipped ones."""
        return self.filter(is_edited=True)


class TriageRule(models.Model):
    """One red flag. An unedited row is a copy of the shipped rule and follows it."""

    id = models.SlugField(_("이름"), primary_key=True, max_length=40)
    section = models.CharField(_("갈래"), max_length=20, editable=False)
    category = models.CharField(_("분류"), max_length=40)
    urgency = models.CharField(_("긴급도"), max_length=12, choices=Urgency)
    species = ArrayField(
        models.CharField(max_length=12, choices=Species), default=list, blank=True,
        verbose_name=_("동물 종류 (비우면 모두)"),
    )  # fmt: skip
    signs = models.TextField(_("신호가 되는 말 (한 줄에 하나)"), blank=True)
    lookalikes = models.TextField(_("비슷하지만 아닌 말 (한 줄에 하나)"), blank=True)
    why = models.CharField(_("까닭"), max_length=300)
    now = models.TextField(_("지금 할 일 (한 줄에 하나)"), blank=True)
    avoid = models.TextField(_("하지 말 일 (한 줄에 하나)"), blank=True)
    is_active = models.BooleanField(_("사용"), default=True)
    is_edited = models.BooleanField(_("고침"), default=False, editable=False)
    # What no form shows: parts over turns, modifiers, facts of the pet that the rule needs.
    rest = models.JSONField(default=dict, editable=False)
    changed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    changed_at = models.DateTimeField(_("고친 때"), auto_now=True)

    objects = TriageRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("응급 신호 규칙")
        verbose_name_plural = _("응급 신호 규칙")
        ordering = ["section", "id"]
        permissions = [("sign_rules", _("응급 신호 목록에 수의사로서 서명할 수 있음"))]

    def __str__(self) -> str:
        return f"{self.category} ({self.id})"


class RulesSignature(models.Model):
    """A veterinarian's word that the list of one version is right. An edit makes a new version."""

    version = models.CharField(_("목록 판"), max_length=16)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name=_("수의사"))
    name = models.CharField(_("이름"), max_length=60)
    licence = models.CharField(_("면허번호"), max_length=20, blank=True)
    signed_at = models.DateTimeField(_("서명한 때"), auto_now_add=True)

    class Meta:
        verbose_name = _("응급 신호 목록 서명")
        verbose_name_plural = _("응급 신호 목록 서명")
        ordering = ["-signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["version", "signed_by"], name="one_signature_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.name}"
