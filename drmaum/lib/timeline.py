"""The steps of one run of a workflow, as staff see them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from drmaum.lib import tracing


@dataclass
class Timeline:
    """The steps of one run, in order: name, outcome, milliseconds, error, detail."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Time a step, which is a span of its trace too. An exception is noted and goes on;
        `entry` takes a detail."""
        entry: dict[str, Any] = {"name": name, "outcome": "ok"}
        self.steps.append(entry)
        start = time.monotonic()
        try:
            with tracing.span(name):
                yield entry
        except Exception as error:
            entry["outcome"] = "error"
            entry["error"] = f"{type(error).__name__}: {error}"[:200]
            raise
        finally:
            entry["ms"] = round((time.monotonic() - start) * 1000, 1)

    def mark(self, name: str) -> None:
        """Note a step that cannot time itself: the storing of the timeline."""
        self.steps.append({"name": name, "outcome": "ok"})

    @property
    def milliseconds(self) -> int:
        return round((time.monotonic() - self.begun) * 1000)
