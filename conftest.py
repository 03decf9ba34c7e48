"""Named worlds for all tests: an owner, her pets, her consultation, a stranger."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from chat import services as chat_services
from chat.models import Consultation
from profiles import services as profile_services
from profiles import tokens
from profiles.models import Consent, Pet, User

PASSWORD = "따뜻한-물-한-그릇-7"


@pytest.fixture(autouse=True)
def _local_files(settings: Any, tmp_path: Any) -> None:
    settings.MAILBOX_FOLDER = tmp_path / "mail"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMBEDDED = True
    # Argon2 is slow on purpose; its own test asks for it.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def make_owner(email: str, *, overseas_ai: bool = False) -> User:
    owner = User.objects.create_user(
        email, PASSWORD, name="보호자", email_verified_at=timezone.now()
    )
    consents = dict.fromkeys(Consent.Kind.values, True) | {"overseas_ai": overseas_ai}
    profile_services.record_consents(user=owner, consents=consents)
    return owner


@pytest.fixture
def owner(db: None) -> User:
    """A confirmed owner who did not allow words to leave the country."""
    return make_owner("bori@example.com")


@pytest.fixture
def stranger(db: None) -> User:
    """Another owner, who must never see anything of the first."""
    return make_owner("stranger@example.com")


@pytest.fixture
def dog(owner: User) -> Pet:
    born = timezone.localdate() - timedelta(days=365 * 4)
    facts = {
        "name": "보리",
        "species": "dog",
        "breed": "말티즈",
        "birth_date": born,
        "weight_kg": 4,
    }
    return profile_services.register_pet(owner=owner, facts=facts)


@pytest.fixture
def cat(owner: User) -> Pet:
    facts = {"name": "나비", "species": "cat", "sex": "male"}
    return profile_services.register_pet(owner=owner, facts=facts)


@pytest.fixture
def consultation(owner: User, dog: Pet) -> Consultation:
    return chat_services.open_consultation(owner=owner, pet=dog)


@pytest.fixture
def sign_in() -> Callable[[User], APIClient]:
    """An API client with a bearer token."""

    def signed_in(user: User) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.sign_in(user=user).access}")
        return client

    return signed_in


@pytest.fixture
def api(owner: User, sign_in: Callable[[User], APIClient]) -> APIClient:
    return sign_in(owner)


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Job ids handed to the queue, in place of a broker."""
    ids: list[str] = []
    monkeypatch.setattr("inference.tasks.answer.delay", ids.append)
    return ids
