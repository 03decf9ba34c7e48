"""`manage.py load_triage_rules`: bring the red flags in the portal up to the shipped book."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from inference import rule_editing


class Command(BaseCommand):
    help = (
        "Store the shipped rules of triage as rows that vets can read and edit. Rows that people"
        " edited or added stay as they are. Safe to run again; `manage.py up` does it, too."
    )

    def handle(self, **options: Any) -> None:
        for fate, count in asdict(rule_editing.sync_shipped()).items():
            self.stdout.write(f"{fate:>10}: {count}")
