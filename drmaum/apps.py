"""The project as an app: its commands and its Celery instance."""

from django.apps import AppConfig
from django.conf import settings


class DrmaumConfig(AppConfig):
    name = "drmaum"
    verbose_name = "Dr. 마음"

    def ready(self) -> None:
        # Tasks declared with `shared_task` bind to the Celery app that exists by then.
        from drmaum import celery  # noqa: F401, PLC0415  (its checks are registered with it)

        if settings.OTLP_ENDPOINT and settings.SERVICE_NAME:
            from drmaum.observability import tracing  # noqa: PLC0415  (an SDK, where it is wanted)

            tracing.start(settings.SERVICE_NAME)
