"""`manage.py prepare`: the step between two releases, a process of its own in every deployment."""

from typing import Any

from django.core.management.base import BaseCommand

from drmaum import preparing


class Command(BaseCommand):
    help = (
        "Migrate the database, and store what comes along: the library, the animal hospitals, the"
        " rules of triage. What is there already is left alone, so it can be run again at any time."
        " `manage.py up` does it by itself; elsewhere it runs before the new processes start."
    )
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        preparing.prepare(self.stdout.write)
        self.stdout.write("ready")
