"""Who opened which record. Nobody can change or remove an entry through the application."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessLog(models.Model):
    """One opening, copy, print or export of a note: who, when, from where, whose, what.

    The ids are plain values, not references: the log outlives what it tells of, and holds no
    word of it.
    """

    class Action(models.TextChoices):
        OPEN = "open", _("열람")
        COPY = "copy", _("복사")
        PDF = "pdf", _("PDF")
        SAVE = "save", _("저장")
        APPROVE = "approve", _("승인")
        AMEND = "amend", _("수정")
        ASSIGN = "assign", _("배정")

    actor_id = models.UUIDField(_("수의사"))
    actor_email = models.EmailField(_("계정"))
    action = models.CharField(_("행동"), max_length=8, choices=Action)
    note_id = models.UUIDField(_("노트"))
    owner_id = models.UUIDField(_("보호자"))
    address = models.GenericIPAddressField(_("접속 주소"), null=True, blank=True)
    detail = models.CharField(_("내용"), max_length=200, blank=True)
    at = models.DateTimeField(_("때"), auto_now_add=True)

    class Meta:
        verbose_name = _("접속 기록")
        verbose_name_plural = _("접속 기록")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["note_id", "-at"]),
            models.Index(fields=["actor_id", "-at"]),
        ]
        triggers = [
            pgtrigger.Protect(
                name="access_log_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor_email} {self.action}"
