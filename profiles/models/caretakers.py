"""People who care for a pet together with its owner."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models.people import User

if TYPE_CHECKING:
    from profiles.models.pets import Pet

INVITED_FOR = timedelta(days=14)


class CaretakerQuerySet(models.QuerySet["Caretaker"]):
    def visible_to(self, user: User) -> "CaretakerQuerySet":
        """Those of the user's own pets, the user's own, and invitations to the user's address."""
        return self.filter(
            Q(pet__owner=user) | Q(user=user) | Q(pk__in=self.model.objects.inviting(user))
        ).filter(ended_at=None)

    def active(self) -> "CaretakerQuerySet":
        return self.filter(accepted_at__isnull=False, ended_at=None)

    def inviting(self, user: User) -> "CaretakerQuerySet":
        """Invitations that this user may accept: only a confirmed address is anybody's own."""
        if user.email_verified_at is None:
            return self.none()
        return self.waiting().filter(email=user.email, pet__archived_at=None)

    def shown_of(self, pet: "Pet") -> "CaretakerQuerySet":
        """Who cares for it, and who is still asked, the first invited first."""
        rows = self.filter(pet=pet)
        return (rows.active() | rows.waiting()).select_related("pet__owner", "user")

    def waiting(self) -> "CaretakerQuerySet":
        since = timezone.now() - INVITED_FOR
        return self.filter(accepted_at=None, ended_at=None, invited_at__gt=since)


class Caretaker(models.Model):
    """An invitation to a pet, and, accepted, the right to care for it. `user` is set with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pet = models.ForeignKey("profiles.Pet", on_delete=models.CASCADE, related_name="caretakers")
    email = models.EmailField(_("초대한 이메일"))
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="caring_for"
    )
    invited_at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CaretakerQuerySet.as_manager()

    class Meta:
        verbose_name = _("함께 돌보는 사람")
        verbose_name_plural = _("함께 돌보는 사람")
        ordering = ["invited_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["pet", "email"], condition=Q(ended_at=None), name="caretaker_once"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(user__isnull=False), name="caretaker_is_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pet_id} {self.invited_at:%Y-%m-%d}"
