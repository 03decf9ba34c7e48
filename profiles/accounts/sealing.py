"""A refresh token, put away so that only this product can take it out again."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str | None:
    """None for what was sealed under a key that is no longer known."""
    try:
        return _box().decrypt(sealed).decode()
    except InvalidToken:
        return None


def _box() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    mixed = salted_hmac("profiles.accounts.sealing", "refresh", secret=secret, algorithm="sha256")
    return urlsafe_b64encode(mixed.digest())
