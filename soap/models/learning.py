"""What later drafts are held against: notes that a vet has corrected."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models import User
from soap.models.notes import SoapNote


class NoteCase(models.Model):
    """A dialogue with what its note must and must not say. It names nobody; still they are an
    owner's words, and go with the note when it is erased."""

    note = models.OneToOneField(
        SoapNote, on_delete=models.CASCADE, related_name="case", verbose_name=_("노트")
    )
    dialogue = models.JSONField(_("대화"))
    """{"pet_profile": {..}, "turns": [{"role", "text"}]}"""
    facts = models.JSONField(_("사실"))
    """{"must": {"S": [..], "O": [..]}, "must_not": [..]}"""
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("만든 수의사"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("만든 날"), auto_now_add=True)

    class Meta:
        verbose_name = _("평가 사례")
        verbose_name_plural = _("평가 사례")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"note-{self.pk:05d}-{timezone.localdate(self.created_at):%Y%m%d}"

    def as_line(self) -> dict[str, Any]:
        """The case as `evaluate soap` reads it; its id is a number and a day."""
        return {"id": str(self), **self.dialogue, **self.facts}
