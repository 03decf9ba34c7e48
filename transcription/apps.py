from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranscriptionConfig(AppConfig):
    name = "transcription"
    verbose_name = _("음성 전사")

    def ready(self) -> None:
        from transcription import receivers, taking_along  # noqa: F401, PLC0415  (connects)

        taking_along.register_all()
