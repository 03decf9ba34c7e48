"""Check-ins in the portal: what was promised, asked and answered."""

from django.contrib import admin

from drmaum.lib.portal import ReadOnlyAdmin
from inference.models import FollowUp


@admin.register(FollowUp)
class FollowUpAdmin(ReadOnlyAdmin):
    list_display = ["question", "status", "hours", "due_at", "asked_at", "mailed_at"]
    list_filter = ["status", "hours"]
    date_hierarchy = "due_at"
    fields = [
        "message", "question", "hours", "status", "due_at", "asked_at", "mailed_at", "answer",
    ]  # fmt: skip
