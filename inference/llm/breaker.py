"""A circuit breaker a provider: one that keeps failing is not asked for a while. Pure Python.

closed -> `FAILURES` in a row -> open for `COOL_DOWN` seconds -> half open: one call tries.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

FAILURES = 4
COOL_DOWN = 20.0


@dataclass
class Breaker:
    """The state of one provider in this process."""

    clock: Callable[[], float] = time.monotonic
    _failures: int = 0
    _open_until: float = field(default=0.0)

    def allows(self) -> bool:
        """Whether a call may be made now. Half open, the one that asks first is the trial."""
        if self._failures < FAILURES:
            return True
        if self.clock() < self._open_until:
            return False
        self._open_until = self.clock() + COOL_DOWN
        return True

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= FAILURES:
            self._open_until = self.clock() + COOL_DOWN
