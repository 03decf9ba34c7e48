"""What `manage.py check` says of the settings of accounts, in one line."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from profiles.accounts.chosen import COGNITO, EMBEDDED
from profiles.accounts.jwks import is_at_home

NEEDED = ("COGNITO_POOL_ID", "COGNITO_CLIENT_ID")


@register
def check_accounts(**_: Any) -> list[Error]:
    if settings.ACCOUNTS_PROVIDER == EMBEDDED:
        return []
    if settings.ACCOUNTS_PROVIDER != COGNITO:
        return [Error(f"ACCOUNTS_PROVIDER is {EMBEDDED} or {COGNITO}.", id="profiles.E001")]
    missing = [name for name in NEEDED if not getattr(settings, name)]
    if missing:
        told = f"ACCOUNTS_PROVIDER={COGNITO} needs {', '.join(missing)}."
        return [Error(told, id="profiles.E002")]
    if not (is_at_home() or settings.COGNITO_JWKS_URL.startswith("https://")):
        return [Error("COGNITO_JWKS_URL must be an https address.", id="profiles.E003")]
    return []
