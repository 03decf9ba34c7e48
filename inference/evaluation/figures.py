"""Shares and percentiles, as every evaluation prints them."""

from collections.abc import Sequence


def share(part: int, whole: int) -> float | None:
    """To four digits; None of nothing."""
    return round(part / whole, 4) if whole else None


def percentile(values: Sequence[float], part: float) -> float | None:
    """The nearest value above that share of the values; None of none."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 2) if ordered else None
