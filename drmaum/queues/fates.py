"""What becomes of something dead when it is tried once more."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fate:
    """`left` says why it stays dead; empty when it lives again, or would."""

    source: str
    what: str
    left: str = ""
