"""Make the fonts of the PDF from NanumGothic, as Debian's package `fonts-nanum` ships it:

    python -m soap.fonts.make NanumGothic.ttf NanumGothicBold.ttf

All syllables of Hangul stay, and the signs that notes use; hinting and layout tables go. The
licence reserves the name "Nanum" for the unchanged font, so what is made here has its own.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent
STYLES = ("Regular", "Bold")
FAMILY = "Maum Gothic"
# Latin with accents, punctuation, arrows, signs of units, jamo, CJK punctuation, Hangul, widths.
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2044), (0x2070, 0x209F), (0x20A9, 0x20AC),
    (0x2100, 0x214F), (0x2150, 0x218F), (0x2190, 0x21D4), (0x2200, 0x22FF), (0x2460, 0x24FF),
    (0x25A0, 0x25EF), (0x2600, 0x266F), (0x3000, 0x3020), (0x3131, 0x318E), (0x3200, 0x33FF),
    (0xAC00, 0xD7A3), (0xFF01, 0xFFE6), (0x391, 0x3C9),
)  # fmt: skip
FAMILY_NAME, STYLE_NAME, UNIQUE_NAME, FULL_NAME, POSTSCRIPT_NAME = 1, 2, 3, 4, 6
KEPT_NAMES = {0, 5, 13, 14}


def make(source: Path, style: str) -> Path:
    """Write one style beside this file."""
    font = TTFont(source)
    options = subset.Options(
        hinting=False, layout_features=[], notdef_outline=True, name_IDs=["*"], name_languages=["*"]
    )
    shrinking = subset.Subsetter(options)
    shrinking.populate(unicodes=[sign for low, high in RANGES for sign in range(low, high + 1)])
    shrinking.subset(font)
    _rename(font, style)
    target = FOLDER / f"maum-gothic-{style.lower()}.ttf"
    font.save(target)
    return target


def _rename(font: TTFont, style: str) -> None:
    table = font["name"]
    table.names = [one for one in table.names if one.nameID in KEPT_NAMES]
    full = f"{FAMILY} {style}"
    names = {
        FAMILY_NAME: FAMILY, STYLE_NAME: style, UNIQUE_NAME: full, FULL_NAME: full,
        POSTSCRIPT_NAME: full.replace(" ", ""),
    }  # fmt: skip
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)


if __name__ == "__main__":
    for given, style in zip(sys.argv[1:], STYLES, strict=True):
        make(Path(given), style)
