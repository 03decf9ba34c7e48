"""The page of what an owner has agreed to."""

import pytest

from profiles.models import Consent
from profiles.services import has_consent

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, owner):
    client.force_login(owner)
    return client


def press(page, kind, is_granted):
    return page.post(f"/me/consents/{kind}", {"is_granted": is_granted}, follow=True)


def test_every_consent_is_shown_with_its_state(page):
    text = page.get("/me").content.decode()

    for kind in Consent.Kind:
        assert str(kind.label) in text
    assert "동의하지 않음" in text


@pytest.mark.parametrize("kind", ["overseas_ai", "vet_review"])
def test_an_optional_consent_is_given_and_taken_back(page, owner, kind):
    assert "지금부터 적용돼요" in press(page, kind, "yes").content.decode()
    assert has_consent(user=owner, kind=kind)

    assert "바로 적용됐어요" in press(page, kind, "no").content.decode()
    assert not has_consent(user=owner, kind=kind)


@pytest.mark.parametrize("kind", ["terms", "privacy", "nothing"])
def test_what_is_needed_or_unknown_is_not_changed_here(page, owner, kind):
    assert press(page, kind, "no").status_code == 404
    assert has_consent(user=owner, kind=Consent.Kind.TERMS)


def test_a_visitor_signs_in_first(client):
    assert client.get("/me").url.startswith("/login")
    assert client.post("/me/consents/vet_review").url.startswith("/login")


def test_reading_changes_nothing(page):
    assert page.get("/me/consents/vet_review").status_code == 405
