"""Which provider keeps the accounts, by setting. The SDK of the other is not loaded."""

from django.conf import settings

from profiles.accounts.base import Provider
from profiles.accounts.embedded import Embedded

EMBEDDED, COGNITO = "embedded", "cognito"


def chosen() -> Provider:
    if keeps_own_passwords():
        return Embedded()
    from profiles.accounts.pooled import Pooled  # noqa: PLC0415  (an SDK, where it is wanted)

    return Pooled()


def keeps_own_passwords() -> bool:
    return bool(settings.ACCOUNTS_PROVIDER != COGNITO)


def remove_logins(subs: list[str]) -> None:
    """Of erased accounts, whichever provider is chosen by now. Raises AccountsUnavailable."""
    if subs:
        from profiles.accounts import cognito  # noqa: PLC0415  (as above)

        for sub in subs:
            cognito.delete(sub)
