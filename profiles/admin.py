"""People and pets in the portal."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from drmaum.lib.portal import ReadOnlyAdmin
from profiles.models import Consent, Pet, User


@admin.register(User)
class UserAdmin(ModelAdmin):
    """Accounts are opened and closed here. Who may do what is a superuser's to say, and an account
    is erased with all that belongs to it by its owner alone."""

    list_display = ["email", "name", "role", "is_active", "created_at"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "role", "is_active", "email_verified_at", "groups"]
    readonly_fields = ["email_verified_at"]
    rights = ["role", "groups"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.readonly_fields + ([] if _is_superuser(request) else self.rights)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An address leads to the account: that of a superuser, or of a colleague, is not for
        everybody who helps owners."""
        is_allowed: bool = super().has_change_permission(request, obj)
        is_member = obj is not None and (obj.is_staff or obj.is_superuser)
        return is_allowed and (not is_member or _is_superuser(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Pet)
class PetAdmin(ReadOnlyAdmin):
    list_display = ["name", "species", "breed", "owner"]
    list_filter = ["species"]
    search_fields = ["name", "owner__email"]


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """The ledger: read, never changed."""

    list_display = ["user", "kind", "version", "is_granted", "created_at"]
    list_filter = ["kind", "is_granted"]


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)
