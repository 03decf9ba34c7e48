"""Where the points of a weight chart lie. Numbers only: the template draws them as an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from profiles.models import Weight

WIDTH, HEIGHT = 340, 170
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 16, 30
MOST_POINTS = 120
LEAST_SPAN = Decimal("0.08")  # of the weight: a hair's breadth must not look like a cliff


@dataclass(frozen=True)
class Point:
    x: str
    y: str
    kg: Decimal
    measured_on: date


@dataclass(frozen=True)
class Line:
    """A level of the scale."""

    y: str
    label: str


@dataclass(frozen=True)
class Chart:
    points: list[Point]
    levels: list[Line]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - 10

    @property
    def path(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def chart_of(weights: Sequence[Weight]) -> Chart | None:
    """From weighings, oldest first. None when two points are not there to be joined."""
    shown = weights[-MOST_POINTS:]
    if len(shown) < 2:
        return None
    low, high = _scale([one.kg for one in shown])
    first = shown[0].measured_on
    days = (shown[-1].measured_on - first).days

    def down(kg: Decimal) -> str:
        share = float((high - kg) / (high - low))
        return f"{TOP + share * (HEIGHT - TOP - BOTTOM):.1f}"

    def across(day: date) -> str:
        return f"{LEFT + (day - first).days / days * (WIDTH - LEFT - RIGHT):.1f}"

    points = [Point(across(w.measured_on), down(w.kg), w.kg, w.measured_on) for w in shown]
    places = 1 if high - low >= 1 else 2
    levels = [Line(down(kg), f"{kg:.{places}f}") for kg in (high, (high + low) / 2, low)]
    return Chart(points, levels)


def _scale(weights: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    low, high = min(weights), max(weights)
    least = max(high * LEAST_SPAN, Decimal("0.2"))
    room = max((high - low) * Decimal("1.2"), least) / 2
    middle = (low + high) / 2
    return max(Decimal(0), middle - room), middle + room
