"""A link as a QR code: for a screen, and as squares for a printed page."""

from collections.abc import Iterator
from itertools import groupby

import segno

QUIET = 4


def as_image(address: str) -> str:
    """An SVG as the address of an image, black on white in any theme."""
    code = segno.make_qr(address, error="m")
    return str(code.svg_data_uri(scale=6, border=QUIET, dark="#000", light="#fff"))


def size(address: str) -> int:
    """How many squares wide, its quiet rim included."""
    return len(segno.make_qr(address, error="m").matrix) + 2 * QUIET


def bars(address: str) -> Iterator[tuple[int, int, int]]:
    """The dark runs: column, row and length, in squares from the corner of the rim."""
    for row, squares in enumerate(segno.make_qr(address, error="m").matrix):
        column = 0
        for is_dark, run in groupby(squares):
            length = len(list(run))
            if is_dark:
                yield column + QUIET, row + QUIET, length
            column += length
