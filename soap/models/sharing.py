"""A link by which an owner shows a note to a clinic: it ends, can be revoked, and is logged."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models import User
from soap.models.notes import SoapNote


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def visible_to(self, user: User) -> "ShareLinkQuerySet":
        return self.filter(note__owner=user)

    def valid(self) -> "ShareLinkQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class ShareLink(models.Model):
    """Only a digest of the secret is kept; the link itself is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.ForeignKey(SoapNote, on_delete=models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("만료"))
    revoked_at = models.DateTimeField(_("거둠"), null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("공유 링크")
        verbose_name_plural = _("공유 링크")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class ShareView(models.Model):
    """One opening of a link, as its owner sees it: when, and from where."""

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="views")
    address = models.GenericIPAddressField(_("접속 주소"), null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("공유 링크 열람")
        verbose_name_plural = _("공유 링크 열람")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
