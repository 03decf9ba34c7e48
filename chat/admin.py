"""Consultations in the portal: read there, never rewritten."""

from django.contrib import admin
from unfold.admin import TabularInline

from chat.models import Consultation, Message
from drmaum.lib.portal import ReadOnlyAdmin


class MessageInline(TabularInline):
    model = Message
    fields = ["seq", "role", "status", "text", "created_at"]
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Consultation)
class ConsultationAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "pet", "urgency", "created_at", "ended_at"]
    list_filter = ["urgency", "ending"]
    search_fields = ["title", "owner__email"]
    inlines = [MessageInline]
