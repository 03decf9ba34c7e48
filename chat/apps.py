from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("상담")

    def ready(self) -> None:
        from chat import receivers, taking_along  # noqa: F401, PLC0415  (connects)

        taking_along.register_all()
