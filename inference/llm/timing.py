"""How long a call takes, and how long its first piece: what traces and figures tell of it."""

import time

from drmaum.lib import tracing
from inference.llm.base import Usage


class Timing:
    """One call on the wire. Nothing of what was asked or answered is told."""

    def __init__(self, name: str, model: str) -> None:
        self._asked = {"provider": name, "model": model}
        self._span = tracing.begun("model call", **self._asked)
        self._begun = time.monotonic()
        self._first: float | None = None

    def note_piece(self) -> None:
        """A piece came; the first is the one that an owner waits for."""
        if self._first is None:
            self._first = time.monotonic() - self._begun
            tracing.measure("drmaum.model.first_token", self._first, **self._asked)

    def end(self, outcome: str, usage: Usage) -> int:
        """The milliseconds that it took."""
        facts: dict[str, tracing.Fact] = {
            "outcome": outcome,
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
        }
        if self._first is not None:
            facts["first_token_ms"] = round(self._first * 1000)
        self._span.end(**facts)
        return round((time.monotonic() - self._begun) * 1000)
