"""The Celery application. Routes, queues and schedule stand in the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drmaum.settings")

app = Celery("drmaum")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
