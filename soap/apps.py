from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SoapConfig(AppConfig):
    name = "soap"
    verbose_name = _("K-SOAP 노트")
