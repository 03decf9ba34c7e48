"""The sheet of a summary: as large a type as fits on one page, down to a readable floor.

What does not fit even then is cut, and the sheet says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from soap import qr
from soap.plain import Part, Summary, day

FONTS = Path(__file__).parent / "fonts"
FACES = {"": "maum-gothic-regular.ttf", "B": "maum-gothic-bold.ttf"}
FAMILY = "maum"
TITLE = "상담 요약"
CUT = "…전체 내용은 앱에서 볼 수 있어요"
NO_RECORD = "이 요약은 상담 내용을 정리한 글이에요. 진료부나 진단서가 아니에요."
CARE = "급해 보이면 기다리지 말고 동물병원에 먼저 연락해 주세요."
# No page holds more rows of one part, however small the type.
MOST_ROWS = 90
LEAST_ROWS = 3
SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
MARGIN, WIDTH, HEIGHT = 16.0, 210.0, 297.0
FOOT = 30.0
QR_MM = 26.0
INK, SOFT, LINE = 30, 95, 205
TEXT_WIDTH = WIDTH - 2 * MARGIN
BULLET = 4.0
NAMES = 34.0
_SPACES = re.compile(r"[^\S\n]+")


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


class _Sheet(FPDF):
    """One page: head, rows, foot."""

    def __init__(self, *, with_code: bool) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(auto=False)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        for face, file in FACES.items():
            self.add_font(FAMILY, face, FONTS / file)
        self.c_margin = 0.0
        self.set_title(TITLE)
        self.set_lang("ko-KR")
        self.set_creator("Dr. 마음")
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
        self._write(TITLE, 20, face="B", y=MARGIN)
        told = f"{summary.pet} · {day(summary.written_at)} 상담 · 상담 때 본 긴급도: {summary.urgency_label}"
        self._write(told, 10.5, y=MARGIN + 10, width=TEXT_WIDTH - QR_MM - 6)
        self._write(summary.label, 10.5, face="B", y=MARGIN + 16.5, width=TEXT_WIDTH - QR_MM - 6)
        self.set_draw_color(LINE)
        self.line(MARGIN, self._top - 2, WIDTH - MARGIN, self._top - 2)
        self.set_y(self._top)

    def put(self, row: Row, size: float) -> None:
        own, line = size * row.scale, _line(size * row.scale)
        top = self.get_y() + row.above * _line(size)
        self.set_text_color(SOFT if row.is_soft else INK)
        if row.name:
            self.set_font(FAMILY, "B" if row.left == NAMES else "", own)
            self.set_xy(MARGIN, top)
            self.cell(row.left, line, _printable(row.name))
        self.set_font(FAMILY, row.face, own)
        self.set_xy(MARGIN + row.left, top)
        self._paragraph(row, line)

    def foot(self, summary: Summary, address: str) -> None:
        self.set_draw_color(LINE)
        self.line(MARGIN, HEIGHT - FOOT + 3, WIDTH - MARGIN, HEIGHT - FOOT + 3)
        self._write(NO_RECORD, 8.5, y=HEIGHT - FOOT + 6, is_soft=True)
        self._write(CARE, 8.5, y=HEIGHT - FOOT + 10.5, is_soft=True)
        self._write(f"Dr. 마음 · {summary.label}", 8.5, y=HEIGHT - FOOT + 15, is_soft=True)
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
        drawn = self._paragraph(row, _line(size * row.scale), is_measured=True)
        return row.above * _line(size) + drawn

    def _paragraph(self, row: Row, line: float, *, is_measured: bool = False) -> float:
        tall: Any = self.multi_cell(
            TEXT_WIDTH - row.left, line, _printable(row.text) or " ", align="L",
            new_x=XPos.LMARGIN, new_y=YPos.NEXT, dry_run=is_measured, output="HEIGHT",
        )  # fmt: skip
        return float(tall)

    def _write(
        self, text: str, size: float, *, y: float, face: str = "",
        width: float = TEXT_WIDTH, is_soft: bool = False,
    ) -> None:  # fmt: skip
        self.set_text_color(SOFT if is_soft else INK)
        self.set_font(FAMILY, face, size)
        self.set_xy(MARGIN, y)
        self.multi_cell(width, _line(size), _printable(text), align="L")


def _line(size: float) -> float:
    """The height of a line of type, in millimetres."""
    return size * 0.3528 * 1.5


def _printable(text: str) -> str:
    """Without what the fonts cannot draw: emoji go, other rare signs show as a box."""
    drawn = "".join(
        sign if ord(sign) in _known() else ("" if ord(sign) > 0xFFFF or _is_mark(sign) else "□")
        for sign in _SPACES.sub(" ", text)
    )
    return _SPACES.sub(" ", drawn).strip()


def _is_mark(sign: str) -> bool:
    """Joiners and variation signs of emoji, and the older symbols among them."""
    return "\u200b" <= sign <= "\u200f" or "\ufe00" <= sign <= "\ufe0f" or "☀" <= sign <= "➿"


@cache
def _known() -> frozenset[int]:
    """What both faces can draw."""
    return frozenset.intersection(
        *(frozenset(TTFont(FONTS / file).getBestCmap()) for file in FACES.values())
    )
