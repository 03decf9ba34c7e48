"""An owner's uploads, asked for, posted and confirmed over the API as a client does it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from chat import tasks
from chat.models import Consultation, Upload

UPLOADS = "/api/v1/uploads"
TYPES = {
    "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic",
    "m4a": "audio/mp4", "mp3": "audio/mpeg", "wav": "audio/wav", "webm": "audio/webm;codecs=opus",
    "ogg": "audio/ogg", "flac": "audio/flac", "amr": "audio/amr",
}  # fmt: skip
AUDIO = {"m4a", "mp3", "wav", "webm", "ogg", "flac", "amr"}


def asked_for(consultation: Consultation, ending: str = "jpg", **more: Any) -> dict[str, Any]:
    kind = "audio" if ending in AUDIO else "photo"
    body = {
        "consultation": str(consultation.pk),
        "kind": kind,
        "name": f"우리 보리.{ending}",
        "content_type": TYPES[ending],
        "size": 1000,
    }
    return body | more


def post_file(asked: dict[str, Any], body: bytes, **other: str) -> Any:
    """What a browser posts, without any sign-in: the fields, then the file."""
    file = SimpleUploadedFile("blob", body)
    form = {**asked["post"]["fields"], **other, "file": file}
    return APIClient().post(asked["post"]["url"], form, format="multipart")


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Uploads handed to the queue for their check, in place of a broker."""
    ids: list[str] = []
    monkeypatch.setattr(tasks.check_upload, "delay", ids.append)
    monkeypatch.setattr(tasks.remove_due_files, "delay", lambda: None)
    return ids


@pytest.fixture
def ask(api: APIClient, consultation: Consultation) -> Callable[..., dict[str, Any]]:
    def asked(ending: str = "jpg", **more: Any) -> dict[str, Any]:
        answer = api.post(UPLOADS, asked_for(consultation, ending, **more))
        assert answer.status_code == 201, answer.json()
        found: dict[str, Any] = answer.json()
        return found

    return asked


@pytest.fixture
def upload(
    api: APIClient,
    ask: Callable[..., dict[str, Any]],
    checks: list[str],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> Callable[..., Upload]:
    """The whole way: asked, posted, confirmed, checked. Nothing hears of recordings."""
    monkeypatch.setattr("chat.signals.audio_uploaded.receivers", [])

    def uploaded(body: bytes, ending: str = "jpg", **more: Any) -> Upload:
        asked = ask(ending, size=len(body), **more)
        assert post_file(asked, body).status_code == 204
        with django_capture_on_commit_callbacks(execute=True):
            assert api.post(f"{UPLOADS}/{asked['id']}/confirm").status_code == 202
        tasks.check_upload(asked["id"])
        return Upload.objects.get(pk=UUID(asked["id"]))

    return uploaded
