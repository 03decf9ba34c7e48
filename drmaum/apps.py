"""The project as an app: its commands and its Celery instance."""

from django.apps import AppConfig


class DrmaumConfig(AppConfig):
    name = "drmaum"
    verbose_name = "Dr. 마음"

    def ready(self) -> None:
        # Tasks declared with `shared_task` bind to the Celery app that exists by then.
        from drmaum import celery  # noqa: F401, PLC0415
