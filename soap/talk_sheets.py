"""The sheets of a consultation: everything that was said as it stands, page by page, and who
wrote it; then its note.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from fpdf.enums import XPos, YPos

from soap.exporting import Danger, Said, Taken
from soap.paper import (
    FAMILY,
    HEIGHT,
    INK,
    MARGIN,
    SOFT,
    TEXT_WIDTH,
    Paper,
    line_height,
    printable,
)
from soap.plain import Part, Summary, day

TITLE = "상담 기록"
FOOT = 22.0
SIZE, SMALL, HEAD = 10.0, 8.5, 13.0
INDENT = 4.0
# A heading is never left alone at the foot of a page.
LEAST_BELOW = 16.0


def draw(taken: Taken) -> bytes:
    sheets = _Sheets(taken)
    sheets.begin()
    sheets.dangers(taken.dangers)
    sheets.talk([one for one in taken.said if one.is_standing])
    if taken.note:
        sheets.note(taken.note)
    return bytes(sheets.output())


class _Sheets(Paper):
    """Pages that follow each other, numbered at the foot."""

    def __init__(self, taken: Taken) -> None:
        super().__init__(TITLE)
        self._taken = taken
        self.set_auto_page_break(auto=True, margin=FOOT)
        self.add_page()

    def footer(self) -> None:
        self.rule(HEIGHT - FOOT + 4)
        self.write_at(self._taken.notice, SMALL, y=HEIGHT - FOOT + 6, is_soft=True)
        made = f"Dr. 마음 · {day(self._taken.exported_at)}에 받음"
        self.write_at(made, SMALL, y=HEIGHT - FOOT + 10.5, is_soft=True)
        self.set_xy(MARGIN, HEIGHT - FOOT + 10.5)
        self.cell(TEXT_WIDTH, line_height(SMALL), f"{self.page_no()} / {{nb}}쪽", align="R")

    def begin(self) -> None:
        consultation = self._taken.consultation
        self.write_at(TITLE, 20, face="B", y=MARGIN)
        self._row(consultation.title, HEAD, face="B", above=1)
        ended = f" ~ {_clock(consultation.ended_at)}" if consultation.ended_at else ""
        self._row(f"{consultation.pet.name} · {_clock(consultation.created_at)}{ended}", SIZE)
        if consultation.urgency:
            self._row(f"상담 때 본 긴급도: {consultation.get_urgency_display()}", SIZE, face="B")
        self.rule(self.get_y() + 2)
        self.ln(3)

    def dangers(self, dangers: Sequence[Danger]) -> None:
        if not dangers:
            return
        self._heading("살펴본 위험 신호")
        for one in dangers:
            about = " · ".join([one.urgency_label, *one.categories])
            self._row(f"{about} ({_clock(one.at)})", SIZE, face="B", above=1.5)
            for label, lines in (
                ("까닭", one.why),
                ("바로 할 일", one.now),
                ("하지 말 일", one.avoid),
            ):
                for line in lines:
                    self._row(f"{label}: {line}", SIZE, left=INDENT)

    def talk(self, said: Sequence[Said]) -> None:
        self._heading("나눈 이야기")
        for one in said:
            self._keep_together()
            told = f"{one.writer} · {_clock(one.message.created_at)}"
            self._row(told, SMALL, face="B", above=3, is_soft=True)
            if one.notice:
                self._row(one.notice, SMALL, face="B")
            self._row(_plain(one.message.text), SIZE)
            if one.photos:
                parts = [photo.get_body_part_display() or "사진" for photo in one.photos]
                self._row(f"사진 {len(parts)}장: {', '.join(parts)}", SMALL, is_soft=True)
            for source in one.sources:
                line = f"[{source['number']}] {source['title']} · {source.get('heading', '')}"
                self._row(line.rstrip(" ·"), SMALL, left=INDENT, is_soft=True)

    def note(self, note: Summary) -> None:
        self._heading("상담 요약")
        self._row(note.label, SIZE, face="B")
        for name, value in (*note.keywords, *note.background):
            self._row(f"{name}: {value}", SIZE)
        for part in note.parts:
            self._part(part)

    def _part(self, part: Part) -> None:
        self._keep_together()
        self._row(part.heading, SIZE, face="B", above=2)
        for text in (part.advised_on, *(f"· {line}" for line in part.texts)):
            if text:
                self._row(text, SIZE, left=INDENT)
        for change in part.changes:
            self._row(f"수정 {day(change.at)}: {change.reason}", SMALL, left=INDENT, is_soft=True)

    def _heading(self, text: str) -> None:
        self._keep_together()
        self._row(text, HEAD, face="B", above=5)

    def _keep_together(self) -> None:
        if self.will_page_break(LEAST_BELOW):
            self.add_page()

    def _row(
        self, text: str, size: float, *, face: str = "", left: float = 0.0, above: float = 0.0,
        is_soft: bool = False,
    ) -> None:  # fmt: skip
        shown = printable(text)
        if not shown:
            return
        self.set_text_color(SOFT if is_soft else INK)
        self.set_font(FAMILY, face, size)
        self.set_xy(MARGIN + left, self.get_y() + above)
        self.multi_cell(
            TEXT_WIDTH - left, line_height(size), shown, align="L",
            new_x=XPos.LMARGIN, new_y=YPos.NEXT,
        )  # fmt: skip


def _plain(text: str) -> str:
    """An answer without the signs of its markup."""
    return text.replace("**", "").replace("\n- ", "\n· ")


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
