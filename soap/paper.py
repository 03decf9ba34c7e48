"""A4 paper with our own fonts: what every file of this app is drawn on."""

import re
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
FACES = {"": "maum-gothic-regular.ttf", "B": "maum-gothic-bold.ttf"}
FAMILY = "maum"
MARGIN, WIDTH, HEIGHT = 16.0, 210.0, 297.0
TEXT_WIDTH = WIDTH - 2 * MARGIN
INK, SOFT, LINE = 30, 95, 205
_SPACES = re.compile(r"[^\S\n]+")


class Paper(FPDF):
    """An empty file: it breaks no page by itself."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(auto=False)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        for face, file in FACES.items():
            self.add_font(FAMILY, face, FONTS / file)
        self.c_margin = 0.0
        self.set_title(title)
        self.set_lang("ko-KR")
        self.set_creator("Dr. 마음")

    def write_at(
        self, text: str, size: float, *, y: float, face: str = "",
        width: float = TEXT_WIDTH, is_soft: bool = False,
    ) -> None:  # fmt: skip
        self.set_text_color(SOFT if is_soft else INK)
        self.set_font(FAMILY, face, size)
        self.set_xy(MARGIN, y)
        self.multi_cell(width, line_height(size), printable(text), align="L")

    def rule(self, y: float) -> None:
        """A thin line across the page."""
        self.set_draw_color(LINE)
        self.line(MARGIN, y, WIDTH - MARGIN, y)


def line_height(size: float) -> float:
    """The height of a line of type, in millimetres."""
    return size * 0.3528 * 1.5


def printable(text: str) -> str:
    """Without what the fonts cannot draw: emoji go, other rare signs show as a box."""
    drawn = "".join(map(_drawn, _SPACES.sub(" ", text)))
    return _SPACES.sub(" ", drawn).strip()


def _drawn(sign: str) -> str:
    if sign == "\n" or ord(sign) in _known():
        return sign
    return "" if ord(sign) > 0xFFFF or _is_mark(sign) else "□"


def _is_mark(sign: str) -> bool:
    """Joiners and variation signs of emoji, and the older symbols among them."""
    return "\u200b" <= sign <= "\u200f" or "\ufe00" <= sign <= "\ufe0f" or "☀" <= sign <= "➿"


@cache
def _known() -> frozenset[int]:
    """What both faces can draw."""
    return frozenset.intersection(
        *(frozenset(TTFont(FONTS / file).getBestCmap()) for file in FACES.values())
    )
