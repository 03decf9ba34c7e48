from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProfilesConfig(AppConfig):
    name = "profiles"
    verbose_name = _("보호자와 반려동물")

    def ready(self) -> None:
        from drmaum.lib import openapi  # noqa: F401, PLC0415  (how one signs in, for the document)
        from profiles import receivers, taking_along  # noqa: F401, PLC0415  (connects)
        from profiles.accounts import checks  # noqa: F401, PLC0415  (registers)

        taking_along.register_all()
