"""The parts of an export that this app keeps: consultations, what was said, and the files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from chat.models import Consultation, Feedback, Message, Rating, Upload
from chat.uploads.storage import MissingFileError, media
from profiles.exporting import Attachment, FileGoneError, Part, register
from profiles.models import User
from profiles.taking_along import rows

TALK = [
    "id", "pet", "title", "urgency", "created_at", "active_at", "ended_at", "ending", "pinned_at",
]  # fmt: skip
SAID = [
    "id", "consultation", "seq", "role", "kind", "status", "text", "answers", "version", "revises",
    "facts", "created_at",
]  # fmt: skip
FEEDBACK = ["message", "is_helpful", "reasons", "comment", "created_at", "changed_at"]
RATING = ["consultation", "stars", "reasons", "comment", "created_at", "changed_at"]
UPLOAD = [
    "id", "consultation", "pet", "purpose", "message", "kind", "status", "name", "content_type",
    "size", "body_part", "facts", "is_kept", "removes_at", "created_at",
]  # fmt: skip


def register_all() -> None:
    register("consultations", "상담", _consultations)
    register("messages", "상담에서 나눈 말", _messages)
    register("feedback", "답변 평가", _feedback)
    register("ratings", "상담 평가", _ratings)
    register("uploads", "올린 사진과 녹음의 목록", _uploads)


def _consultations(user: User) -> Part:
    return rows(Consultation.objects.visible_to(user), TALK)


def _messages(user: User) -> Part:
    said = Message.objects.visible_to(user).order_by("consultation__created_at", "seq")
    return Part(list(said.values(*SAID)))


def _feedback(user: User) -> Part:
    return rows(Feedback.objects.visible_to(user), FEEDBACK)


def _ratings(user: User) -> Part:
    return rows(Rating.objects.visible_to(user), RATING)


def _uploads(user: User) -> Part:
    found = list(
        Upload.objects.filter(owner=user)
        .exclude(status=Upload.Status.REMOVED)
        .order_by("created_at")
    )
    ready = [one for one in found if one.status == Upload.Status.READY]
    names = {one.pk: _name_of(one) for one in ready}
    told = [_row(one, names.get(one.pk)) for one in found]
    return Part(told, [Attachment(names[one.pk], _borrowing(one.key)) for one in ready])


def _row(upload: Upload, name: str | None) -> dict[str, Any]:
    row = {field: getattr(upload, field) for field in UPLOAD}
    row |= {field: getattr(upload, f"{field}_id") for field in ("consultation", "pet", "message")}
    return row | {"file": f"files/{name}" if name else None}


def _name_of(upload: Upload) -> str:
    """The file's own name, in a folder of its own: two photos may have the same."""
    own = PurePosixPath(upload.name.replace("\\", "/")).name.strip(". ")
    return f"{upload.pk}/{own or PurePosixPath(upload.key).name}"


def _borrowing(key: str) -> Any:
    @contextmanager
    def borrowed() -> Iterator[Path]:
        try:
            with media().borrowed(key) as path:
                yield path
        except MissingFileError as error:
            raise FileGoneError(key) from error

    return borrowed
