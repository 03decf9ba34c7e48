"""The product's own workers with one task more, for tests: `celery -A drmaum.tests.queues.errands`.

The task runs when a file is there, and fails while it is not.
"""

import os
from pathlib import Path

from celery import shared_task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drmaum.settings")

from drmaum.celery import app

__all__ = ["app", "errand"]


@shared_task(name="drmaum.tests.errand")
def errand(folder: str, name: str) -> None:
    """Leaves a line for each try."""
    with (Path(folder) / "tries").open("a") as tries:
        tries.write(f"{name}\n")
    (Path(folder) / "mended").read_bytes()
    (Path(folder) / f"done-{name}").touch()
