"""The sheet of a summary: as large a type as fits on one page, down to a readable floor.

What does not fit even then is cut, and the sheet says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from fpdf.enums import XPos, YPos

from soap import qr
from soap.paper import (
    FAMILY,
    HEIGHT,
    INK,
    MARGIN,
    SOFT,
    TEXT_WIDTH,
    WIDTH,
    Paper,
    line_height,
    printable,
)
from soap.plain import Part, Summary, day

TITLE = "상담 요약"
CUT = "…전체 내용은 앱에서 볼 수 있어요"
NO_RECORD = "이 요약은 상담 내용을 정리한 글이에요. 진료부나 진단서가 아니에요."
CARE = "급해 보이면 기다리지 말고 동물병원에 먼저 연락해 주세요."
# No page holds more rows of one part, however small the type.
MOST_ROWS = 90
LEAST_ROWS = 3
SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
FOOT = 30.0
QR_MM = 26.0
BULLET = 4.0
NAMES = 34.0


@dataclass(frozen=True)
class Row:
    """One paragraph: where it begins, its face, its size and the room above, both by the type."""

    text: str
    left: float = 0.0
    face: str = ""
    scale: float = 1.0
    above: float = 0.12
    name: str = ""
    """Stands at the left edge: a bullet, or what the text is the value of."""
    is_soft: bool = False


def draw(summary: Summary, *, address: str = "") -> bytes:
    """The file of a summary, with a QR code where it is of a shared link."""
    sheet = _Sheet(with_code=bool(address))
    blocks = _blocks(summary)
    size = next((one for one in SIZES if sheet.holds(blocks, one)), SIZES[-1])
    if not sheet.holds(blocks, size):
        blocks = _cut(sheet, blocks, size)
    sheet.head(summary)
    for row in chain.from_iterable(blocks):
        sheet.put(row, size)
    sheet.foot(summary, address)
    return bytes(sheet.output())


def _blocks(summary: Summary) -> list[list[Row]]:
    """The keyword block and the parts; the first row of each is never cut."""
    named = [Row(value, left=NAMES, name=name) for name, value in summary.keywords]
    apart = [Row(value, left=NAMES, name=name, is_soft=True) for name, value in summary.background]
    return [[*named, *apart], *(_part(part) for part in summary.parts)]


def _part(part: Part) -> list[Row]:
    rows = [Row(part.heading, face="B", scale=1.12, above=0.85)]
    if part.advised_on:
        rows.append(Row(part.advised_on, scale=0.9, is_soft=True))
    rows += [Row(text, left=BULLET, name="·") for text in part.texts]
    for change in part.changes:
        told = f"수정 {day(change.at)}: {change.reason}"
        rows.append(Row(told, left=BULLET, scale=0.9, is_soft=True))
    return rows


def _cut(sheet: "_Sheet", blocks: Sequence[Sequence[Row]], size: float) -> list[list[Row]]:
    """Shorten the longest block, again and again, so that what is to be done is never crowded
    out by what was told; then say that there is more."""
    kept = [list(block[:MOST_ROWS]) for block in blocks]
    more = [Row(CUT, face="B", above=0.6)]
    heights = [[sheet.height([row], size) for row in block] for block in kept]
    room = sheet.room - sheet.height(more, size)
    while sum(map(sum, heights)) > room:
        longest = max(range(len(kept)), key=lambda number: sum(heights[number]))
        rows, tall = kept[longest], heights[longest]
        if len(rows) > LEAST_ROWS:
            rows.pop()
            tall.pop()
        else:
            widest = tall.index(max(tall))
            rows[widest] = _halved(rows[widest])
            tall[widest] = sheet.height([rows[widest]], size)
    return [*kept, more]


def _halved(row: Row) -> Row:
    text = row.text.rstrip("…")
    return replace(row, text=f"{text[: len(text) // 2]}…")


class _Sheet(Paper):
    """One page: head, rows, foot."""

    def __init__(self, *, with_code: bool) -> None:
        super().__init__(TITLE)
        self.add_page()
        self._top = MARGIN + (QR_MM + 8 if with_code else 26)

    @property
    def room(self) -> float:
        return HEIGHT - FOOT - self._top

    def holds(self, blocks: Sequence[Sequence[Row]], size: float) -> bool:
        left = self.room
        for row in chain.from_iterable(blocks):
            left -= self._height(row, size)
            if left < 0:
                return False
        return True

    def height(self, rows: Sequence[Row], size: float) -> float:
        """In millimetres, measured without drawing."""
        return sum(self._height(row, size) for row in rows)

    def head(self, summary: Summary) -> None:
        self.write_at(TITLE, 20, face="B", y=MARGIN)
        told = f"{summary.pet} · {day(summary.written_at)} 상담 · 상담 때 본 긴급도: {summary.urgency_label}"
        self.write_at(told, 10.5, y=MARGIN + 10, width=TEXT_WIDTH - QR_MM - 6)
        self.write_at(summary.label, 10.5, face="B", y=MARGIN + 16.5, width=TEXT_WIDTH - QR_MM - 6)
        self.rule(self._top - 2)
        self.set_y(self._top)

    def put(self, row: Row, size: float) -> None:
        own, line = size * row.scale, line_height(size * row.scale)
        top = self.get_y() + row.above * line_height(size)
        self.set_text_color(SOFT if row.is_soft else INK)
        if row.name:
            self.set_font(FAMILY, "B" if row.left == NAMES else "", own)
            self.set_xy(MARGIN, top)
            self.cell(row.left, line, printable(row.name))
        self.set_font(FAMILY, row.face, own)
        self.set_xy(MARGIN + row.left, top)
        self._paragraph(row, line)

    def foot(self, summary: Summary, address: str) -> None:
        self.rule(HEIGHT - FOOT + 3)
        self.write_at(NO_RECORD, 8.5, y=HEIGHT - FOOT + 6, is_soft=True)
        self.write_at(CARE, 8.5, y=HEIGHT - FOOT + 10.5, is_soft=True)
        self.write_at(f"Dr. 마음 · {summary.label}", 8.5, y=HEIGHT - FOOT + 15, is_soft=True)
        if address:
            self._code(address)

    def _code(self, address: str) -> None:
        side = QR_MM / qr.size(address)
        left, top = WIDTH - MARGIN - QR_MM, MARGIN - 4
        self.set_fill_color(0)
        for column, row, length in qr.bars(address):
            self.rect(left + column * side, top + row * side, length * side, side, style="F")
        self.set_text_color(SOFT)
        self.set_font(FAMILY, "", 7)
        self.set_xy(left - 4, top + QR_MM)
        self.cell(QR_MM + 8, 3.5, "화면으로 보기", align="C")

    def _height(self, row: Row, size: float) -> float:
        self.set_font(FAMILY, row.face, size * row.scale)
        drawn = self._paragraph(row, line_height(size * row.scale), is_measured=True)
        return row.above * line_height(size) + drawn

    def _paragraph(self, row: Row, line: float, *, is_measured: bool = False) -> float:
        tall: Any = self.multi_cell(
            TEXT_WIDTH - row.left, line, printable(row.text) or " ", align="L",
            new_x=XPos.LMARGIN, new_y=YPos.NEXT, dry_run=is_measured, output="HEIGHT",
        )  # fmt: skip
        return float(tall)
