"""People and pets in the portal."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from drmaum.lib.portal import ReadOnlyAdmin
from profiles.models import Consent, Pet, User


@admin.register(User)
class UserAdmin(ModelAdmin):
    list_display = ["email", "name", "role", "is_active", "created_at"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "role", "is_active", "email_verified_at", "groups"]
    readonly_fields = ["email_verified_at"]


@admin.register(Pet)
class PetAdmin(ModelAdmin):
    list_display = ["name", "species", "breed", "owner"]
    list_filter = ["species"]
    search_fields = ["name", "owner__email"]
    autocomplete_fields = ["owner"]


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """The ledger: read, never changed."""

    list_display = ["user", "kind", "version", "is_granted", "created_at"]
    list_filter = ["kind", "is_granted"]
