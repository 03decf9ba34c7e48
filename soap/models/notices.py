"""The promise that an owner hears of a vet's work."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from soap.models.notes import SoapNote


class NoteNotice(models.Model):
    """A mail that says that a note was checked. Made with the signature, sent once."""

    note = models.OneToOneField(SoapNote, on_delete=models.CASCADE, related_name="notice")
    created_at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(_("보낸 때"), null=True, blank=True)

    class Meta:
        verbose_name = _("확인 알림")
        verbose_name_plural = _("확인 알림")
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(mailed_at=None),
                name="notice_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.note_id}"
