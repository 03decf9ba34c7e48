"""Nothing that is a person's own stays in a cache."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/home", "/history", "/me", "/pets", "/nowhere"])
def test_the_pages_of_somebody_signed_in_are_kept_nowhere(client, owner, path):
    client.force_login(owner)
    assert "no-store" in client.get(path)["Cache-Control"]


def test_a_talk_is_asked_for_anew_by_going_back(client, owner, consultation):
    client.force_login(owner)
    assert "no-store" in client.get(f"/consultations/{consultation.pk}")["Cache-Control"]


def test_the_api_is_kept_nowhere(api, client):
    assert "no-store" in api.get("/api/v1/pets")["Cache-Control"]
    assert "no-store" in client.get("/api/v1/pets")["Cache-Control"]


def test_what_everybody_may_read_may_be_kept(client):
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")
