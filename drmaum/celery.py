"""The Celery application. Routes, queues and schedule stand in the settings."""

import os

from drmaum.lib import unobserved  # noqa: F401  (before anything that looks for the SDK)

# isort: split

from celery import Celery, signals

from drmaum.queues import beating, checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drmaum.settings")

app = Celery("drmaum")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
beating.keep_beating(app)


@signals.setup_logging.connect
def keep_logging(**_: object) -> None:
    """Workers and the scheduler log as Django was told to: in its form, and masked. That somebody
    hears this signal is all that Celery asks before it leaves the loggers alone."""


@signals.celeryd_after_setup.connect
def look_at_queues(**_: object) -> None:
    """A worker whose queues are not fit for its tasks ends before it takes any."""
    checks.refuse_unfit_queues(app)
