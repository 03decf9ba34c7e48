"""Percentiles as the database computes them, beside its counts and sums."""

from typing import Any

from django.db.models import Aggregate


class Percentile(Aggregate):
    """The value below which this share of the rows lies, between two rows if it falls there."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    name = "Percentile"

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        super().__init__(expression, share=float(share), **extra)
