"""Summaries and links over REST."""

import pytest
from rest_framework.test import APIClient

from chat.services import end_consultation
from soap import tasks
from soap.models import NoteJob, ShareLink
from soap.tests.notes import DRAFTED, make_note

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr(tasks.write_note, "delay", lambda _job: None)


@pytest.fixture
def note(consultation):
    return make_note(consultation)


def test_the_owner_gets_the_summary_of_a_consultation(api, note):
    body = api.get(f"/api/v1/consultations/{note.consultation_id}/note").json()

    assert body["state"] == "ready"
    assert body["note"]["id"] == str(note.pk)
    assert body["note"]["label"].startswith("자동 요약")
    assert body["note"]["keywords"] == [{"name": "주된 증상", "value": "구토"}]
    first = body["note"]["parts"][0]
    assert first["heading"] == "말씀해 주신 내용"
    assert first["lines"] == [[{"text": DRAFTED["S"], "meaning": ""}]]
    assert api.get(f"/api/v1/notes/{note.pk}").json() == body["note"]


def test_a_summary_in_the_making_is_told(api, consultation):
    path = f"/api/v1/consultations/{consultation.pk}/note"
    assert api.get(path).json()["state"] == "open"
    end_consultation(consultation=consultation, ending="owner")
    assert api.get(path).json() == {
        "state": "writing", "sentence": "요약을 쓰고 있어요. 잠시만 기다려 주세요.", "note": None,
    }  # fmt: skip
    NoteJob.objects.update(status="dead")
    assert api.get(path).json()["state"] == "failed"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "consultations/{talk}/note"), ("get", "notes/{note}"),
        ("get", "notes/{note}/links"), ("post", "notes/{note}/links"), ("delete", "links/{link}"),
    ],
)  # fmt: skip
def test_anothers_is_not_found_and_nobodys_needs_a_sign_in(
    api, note, stranger, sign_in, method, path
):
    link = api.post(f"/api/v1/notes/{note.pk}/links", {}).json()["link"]["id"]
    address = "/api/v1/" + path.format(note=note.pk, talk=note.consultation_id, link=link)

    foreign = getattr(sign_in(stranger), method)(address)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    assert getattr(APIClient(), method)(address).status_code == 401
    assert ShareLink.objects.get().revoked_at is None


def test_a_link_lives_from_post_to_delete(api, note, client):
    made = api.post(f"/api/v1/notes/{note.pk}/links", {"days": 1})
    body = made.json()
    assert made.status_code == 201
    assert body["qr"].startswith("data:image/svg+xml")
    assert client.get(body["address"], REMOTE_ADDR="203.0.113.9").status_code == 200

    [listed] = api.get(f"/api/v1/notes/{note.pk}/links").json()
    assert (listed["id"], listed["opened"]) == (body["link"]["id"], 1)
    assert listed["openings"][0]["where"] == "203.0.*.*"
    assert body["address"].rpartition("/")[2] not in str(listed)

    assert api.delete(f"/api/v1/links/{listed['id']}").status_code == 204
    assert client.get(body["address"]).status_code == 404
    assert api.get(f"/api/v1/notes/{note.pk}/links").json() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"days": 2}, "unknown_days"), ({"days": "x"}, "invalid_input"),
        ({"days": 0}, "invalid_input"), ({"for": "ever"}, "invalid_input"),
    ],
)  # fmt: skip
def test_bad_days_are_refused_in_the_one_shape(api, note, body, code):
    answer = api.post(f"/api/v1/notes/{note.pk}/links", body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["message"]
