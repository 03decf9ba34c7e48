"""A note as its owner reads it: the same facts, in words that need no vet.

Nothing is added: headings, the sentences of our own notes, and the meaning of a vet's words are
put plainly; whatever else stands in a section is given word for word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from soap.draft import NOT_EXAMINED
from soap.glossary import Piece, explained
from soap.models import Section, SoapNote
from soap.reading import keywords_of, standing_text

HEADINGS = {
    "S": "말씀해 주신 내용",
    "O": "확인된 수치와 사진",
    "A": "살펴볼 점",
    "P": "앞으로 하실 일",
}
EMPTY = {
    "S": "적힌 내용이 없어요.",
    "O": "확인된 수치나 사진이 없어요.",
    "A": "따로 적힌 점이 없어요.",
    "P": "따로 안내해 드린 일이 없어요.",
}
NAMES = {
    "주증상": "주된 증상",
    "기간": "언제부터",
    "종/나이/체중": "아이 정보",
    "응급 신호": "응급 신호",
    "복용약": "먹는 약",
    "알레르기": "알레르기",
    "기저 질환": "앓고 있는 병",
}
NONE = {
    "응급 신호": "대화에서 찾지 못했어요",
    "복용약": "등록된 약이 없어요",
    "알레르기": "등록된 알레르기가 없어요",
}
DENIED, PAST = "없다고 한 증상", "과거력"
BACKGROUND = {DENIED: "없다고 하신 증상", PAST: "예전에 있었던 일"}
GO_NOW = "이럴 때는 바로 병원에 가세요: "
_WORDINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"^{NOT_EXAMINED}\.?$"), "수의사가 직접 진찰한 결과는 아직 없어요."),
    (re.compile(r"^등록된 체중 (\S+) \(프로필\)$"), r"등록해 두신 몸무게는 \1이에요."),
    (re.compile(r"^(.{1,120}?) 소견이 함께 보고됐어요\."), r"\1 증상을 함께 말씀해 주셨어요."),
    (re.compile(r"^(.{1,120}?) 소견이 보고됐어요\."), r"\1 증상을 말씀해 주셨어요."),
    (re.compile(r"^위험 신호\("), "조심할 신호("),
    (re.compile(r"\(긴급도: 응급\)$"), "(지금 바로 병원에 가야 하는 신호)"),
    (re.compile(r"\(긴급도: 당일 진료\)$"), "(오늘 안에 진료가 필요한 신호)"),
    (re.compile(r"\(긴급도: 진료 예약\)$"), "(며칠 안에 진료가 필요한 신호)"),
    (re.compile(r"\(긴급도: 집에서 관찰\)$"), "(집에서 지켜볼 신호)"),
    (re.compile(r"^이럴 때는 바로 병원에 가기: "), GO_NOW),
)
_ADVISED = re.compile(r" \((\d{4})-(\d\d)-(\d\d) 안내\)$")
_NEXT = re.compile(r"(?<=[요다]), ")
NO_RECORD = "이 요약은 상담 내용을 정리한 글이에요. 진료기록이나 진단이 아니에요."


@dataclass(frozen=True)
class Change:
    """What a vet changed after the approval, and why."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class Part:
    """One of the four parts; each line is a row of pieces."""

    kind: str
    heading: str
    lines: tuple[tuple[Piece, ...], ...]
    advised_on: str = ""
    """The day of all that was advised, where it is one and the same."""
    changes: tuple[Change, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines as plain text, each meaning in brackets behind its word."""
        return tuple("".join(map(_as_text, line)) for line in self.lines)


@dataclass(frozen=True)
class Summary:
    """상담 요약: what the page, the shared page, the PDF and the API show."""

    id: UUID
    consultation: UUID
    pet: str
    urgency: str
    urgency_label: str
    written_at: datetime
    label: str
    review: str
    review_label: str
    approved_by: str
    approved_at: datetime | None
    is_default: bool
    keywords: tuple[tuple[str, str], ...]
    background: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]


def summarise(note: SoapNote) -> Summary:
    """The note in plain words. Reads its sections, pet and vet."""
    told: set[str] = set()
    sections = {one.kind: one for one in note.sections.prefetch_related("amendments")}
    return Summary(
        id=note.pk,
        consultation=note.consultation_id,
        pet=note.pet.name,
        urgency=note.urgency,
        urgency_label=note.get_urgency_display(),
        written_at=note.created_at,
        label=label_of(note),
        review=review_of(note),
        review_label=REVIEWS[review_of(note)],
        approved_by=_vet(note),
        approved_at=note.approved_at,
        is_default=note.is_default,
        keywords=tuple(_keywords(keywords_of(note))),
        background=tuple(_background(note.keywords)),
        parts=tuple(_part(note, kind, sections.get(kind), told) for kind in HEADINGS),
    )


REVIEWS = {
    "approved": "확인 완료",
    "in_review": "검토 중",
    "waiting": "검토 대기",
    "not_asked": "수의사 검토 없음",
}


def review_of(note: SoapNote) -> str:
    """How far the vet's review is, a key of `REVIEWS`."""
    if note.status != SoapNote.Status.DRAFT:
        return note.status
    return "waiting" if note.offered_at or note.assigned_to_id else "not_asked"


def label_of(note: SoapNote) -> str:
    """Who stands for the words."""
    if note.approved_at:
        told = {"name": _vet(note), "day": day(note.approved_at)}
        if not told["name"]:
            return _("수의사가 %(day)s에 확인했어요") % told
        return _("수의사 %(name)s 님이 %(day)s에 확인했어요") % told
    writer = (
        _("자동 요약이에요. AI 모델이 쓴 글이 아니고,") if note.is_default else _("AI가 작성했고")
    )
    if note.status == SoapNote.Status.IN_REVIEW:
        return f"{writer} {_('수의사가 검토하고 있어요')}"
    return f"{writer} {_('아직 수의사가 검토하지 않았어요')}"


def day(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.year}년 {local.month}월 {local.day}일"


def _vet(note: SoapNote) -> str:
    """A vet's name; an e-mail address is nobody's to read."""
    return note.approved_by.name if note.approved_by else ""


def _keywords(block: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in block.items():
        if name in BACKGROUND:
            continue
        text = str(value)
        yield NAMES.get(name, name), NONE.get(name, text) if text == "없음" else text


def _background(block: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What was denied or is past: told apart, so that nobody takes it for a finding."""
    for name, heading in BACKGROUND.items():
        if block.get(name):
            yield heading, str(block[name])


def _part(note: SoapNote, kind: str, section: Section | None, told: set[str]) -> Part:
    text = shown_text(note, section) if section else ""
    lines = [line for line in text.splitlines() if line.strip()]
    days = {found.groups() if (found := _ADVISED.search(line)) else None for line in lines}
    one_day = next(iter(days)) if len(days) == 1 else None
    if one_day:
        lines = [_ADVISED.sub("", line) for line in lines]
    changes = section.amendments.all() if section else ()
    return Part(
        kind=kind,
        heading=HEADINGS[kind],
        lines=tuple(explained(plainly(line), told) for line in lines or [EMPTY[kind]]),
        advised_on=_("%(day)s에 안내해 드렸어요.") % {"day": _month_day(*one_day)}
        if one_day
        else "",
        changes=tuple(Change(one.created_at, one.reason) for one in changes),
    )


def shown_text(note: SoapNote, section: Section) -> str:
    """What stands. A vet's words are shown once signed: until then the label names the AI."""
    if not note.is_locked and section.state == Section.State.EDITED:
        return section.drafted_text
    return standing_text(section)


def in_a_line(keywords: dict[str, Any]) -> str:
    """A note for a list: what it was about, and since when."""
    told = (str(keywords.get(name, "")) for name in ("주증상", "기간"))
    return " · ".join(one for one in told if one not in ("", "없음"))


def plainly(line: str) -> str:
    """One sentence of a note, in plain words; a vet's own sentence stays as it is. Signs that
    call for a vet at once stand each on a line of its own."""
    text = line.strip().removeprefix("- ").strip()
    if advised := _ADVISED.search(text):
        text = f"{text[: advised.start()]} ({_month_day(*advised.groups())} 안내)"
    for pattern, wording in _WORDINGS:
        text = pattern.sub(wording, text)
    signs = _NEXT.split(text.removeprefix(GO_NOW)) if text.startswith(GO_NOW) else []
    if len(signs) < 2:
        return text
    return "\n– ".join([GO_NOW.strip(), *signs])


def _month_day(_year: str, month: str, day_: str) -> str:
    return f"{int(month)}월 {int(day_)}일"


def _as_text(piece: Piece) -> str:
    return f"{piece.text}({piece.meaning})" if piece.meaning else piece.text
