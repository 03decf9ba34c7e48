from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InferenceConfig(AppConfig):
    name = "inference"
    verbose_name = _("추론")

    def ready(self) -> None:
        from inference import receivers, taking_along  # noqa: F401, PLC0415  (connects)

        taking_along.register_all()
