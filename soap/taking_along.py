"""The parts of an owner's export that this app keeps: notes, and the links that show them."""

from typing import Any

from profiles.exporting import Part, register
from profiles.models import User
from profiles.taking_along import rows
from soap.models import ShareLink, ShareView, SoapNote
from soap.reading import keywords_of, section_texts

NOTE = ("id", "consultation_id", "pet_id", "status", "urgency", "made_by", "approved_at",
        "created_at", "changed_at")  # fmt: skip


def register_all() -> None:
    register("notes", "상담 요약(K-SOAP 노트)", _notes)
    register("links", "병원에 보여 준 링크", _links)
    register("link_views", "링크를 연 기록", _views)


def _notes(user: User) -> Part:
    mine = SoapNote.objects.filter(owner=user).select_related("approved_by").order_by("created_at")
    return Part([_row(note) for note in mine])


def _row(note: SoapNote) -> dict[str, Any]:
    told = {name: getattr(note, name) for name in NOTE}
    vet = note.approved_by.name if note.approved_by else None
    return told | {
        "approved_by": vet,
        "keywords": keywords_of(note),
        "sections": section_texts(note),
    }


def _links(user: User) -> Part:
    mine = ShareLink.objects.filter(note__owner=user)
    return rows(mine, ["id", "note", "created_at", "expires_at", "revoked_at"])


def _views(user: User) -> Part:
    return rows(ShareView.objects.filter(link__note__owner=user), ["link", "address", "at"])
