from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SoapConfig(AppConfig):
    name = "soap"
    verbose_name = _("K-SOAP 노트")

    def ready(self) -> None:
        from soap import receivers, taking_along  # noqa: F401, PLC0415  (connects)

        taking_along.register_all()
