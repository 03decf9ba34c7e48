"""What the portal's pages show of consultations alike."""

from typing import Any

from django.utils.safestring import SafeString

from chat.models import Urgency
from drmaum.lib.portal import tag

COLOURS: dict[str, str] = {
    Urgency.EMERGENCY: "danger",
    Urgency.URGENT: "warning",
    Urgency.SOON: "info",
    Urgency.HOME: "success",
}


def urgency_tag(urgency: str, before: Any = "") -> SafeString:
    """An urgency in its colour."""
    return tag(f"{before}{Urgency(urgency).label}", COLOURS.get(urgency, ""))
