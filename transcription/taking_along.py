"""The part of an owner's export that this app keeps: what recordings say."""

from profiles.exporting import Part, register
from profiles.models import User
from profiles.taking_along import rows
from transcription.models import Transcription

TEXT = [
    "id", "upload", "consultation", "message", "status", "engine", "text", "heard", "segments",
    "urgency", "created_at", "finished_at", "confirmed_at",
]  # fmt: skip


def register_all() -> None:
    register("transcriptions", "녹음을 글로 바꾼 것", _texts)


def _texts(user: User) -> Part:
    return rows(Transcription.objects.visible_to(user), TEXT)
