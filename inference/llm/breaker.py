"""A circuit breaker for each model: one that keeps failing is left alone for a while.

Closed, every call goes through. After `BREAKER_FAILURES` failures in a row, or when the
provider itself names a time to wait, the circuit opens: calls are refused at once, so that an
owner does not wait for a model that is down. When the time is over, one call may try; its
success closes the circuit, its failure opens it again, for twice as long. State is the
process's own: each worker finds out for itself.
"""

import time
from dataclasses import dataclass

from django.conf import settings

LONGEST_SECONDS = 300.0
MOST_DOUBLINGS = 10


@dataclass
class Circuit:
    """The state of one model."""

    failures: int = 0
    openings: int = 0
    closed_at: float = 0.0
    is_probing: bool = False


_circuits: dict[str, Circuit] = {}


def allows(name: str) -> bool:
    """Whether a call may go out now. A true answer after an opening is the one probe."""
    circuit = _circuits.setdefault(name, Circuit())
    if circuit.closed_at == 0.0:
        return True
    if time.monotonic() < circuit.closed_at or circuit.is_probing:
        return False
    circuit.is_probing = True
    return True


def succeeded(name: str) -> None:
    """A call came to a good end: the circuit is closed."""
    _circuits[name] = Circuit()


def failed(name: str, *, wait: float | None = None) -> None:
    """A call failed. `wait` is what the provider asked for, in seconds."""
    circuit = _circuits.setdefault(name, Circuit())
    circuit.failures += 1
    if wait is None and time.monotonic() < circuit.closed_at:
        return  # it was under way when the circuit opened, and tells nothing new
    if wait is not None or circuit.is_probing or circuit.failures >= settings.BREAKER_FAILURES:
        _open(circuit, wait)
    circuit.is_probing = False


def ended_unknown(name: str) -> None:
    """A call ended without telling anything, as one that the owner stopped."""
    _circuits.setdefault(name, Circuit()).is_probing = False


def reset() -> None:
    """Forget everything: at the start of a test or a measurement."""
    _circuits.clear()


def _open(circuit: Circuit, wait: float | None) -> None:
    doubled = settings.BREAKER_SECONDS * 2 ** min(circuit.openings, MOST_DOUBLINGS)
    pause = doubled if wait is None else wait
    circuit.openings += 1
    circuit.closed_at = time.monotonic() + min(pause, LONGEST_SECONDS)
