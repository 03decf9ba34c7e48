"""The figures of the product: what is counted and measured where it happens, and what stands in the
tables. Names, units and labels are those of the dashboards and alarms.
"""

from dataclasses import dataclass
from typing import Any

from opentelemetry.metrics import CallbackOptions, Meter, Observation

from drmaum.lib.tracing import Facts
from drmaum.observability import queues
from drmaum.observability.cleaning import named

SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60]
REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]


@dataclass(frozen=True)
class Figure:
    """One kind of figure: `counter`, `balance` (goes up and down) or `histogram`."""

    kind: str
    unit: str
    told: str
    bounds: tuple[float, ...] = ()


FIGURES = {
    "drmaum.messages": Figure("counter", "1", "Messages of owners, by urgency."),
    "drmaum.reply.duration": Figure(
        "histogram", "s", "From a taken job to the stored reply, by responder.", tuple(SECONDS)
    ),
    "drmaum.model.first_token": Figure(
        "histogram", "s", "From a call to the first piece, by model.", tuple(SECONDS)
    ),
    "drmaum.model.calls": Figure("counter", "1", "Calls of models, by outcome."),
    "drmaum.model.tokens": Figure("counter", "1", "Tokens, read and written."),
    "drmaum.model.cost": Figure("counter", "KRW", "What the calls have cost."),
    "drmaum.jobs.died": Figure("counter", "1", "Jobs given up, which staff can requeue; by kind."),
    "drmaum.sockets": Figure("balance", "1", "Open sockets of owners."),
    "http.server.request.duration": Figure(
        "histogram", "s", "Requests, by route.", tuple(REQUEST_SECONDS)
    ),
}


class Figures:
    """The instruments of one process."""

    def __init__(self, meter: Meter) -> None:
        self._tools = {name: _made(meter, name, figure) for name, figure in FIGURES.items()}

    def count(self, name: str, by: float, facts: Facts) -> None:
        self._tools[name].add(by, named(facts))

    def measure(self, name: str, value: float, facts: Facts) -> None:
        self._tools[name].record(value, named(facts))


def watch_tables(meter: Meter) -> None:
    """Have the queues looked at before each export. For one process of the whole product, and one
    that lives while workers do not: the scheduler."""

    def ages(_options: CallbackOptions) -> list[Observation]:
        return [Observation(line.age, named({"kind": line.kind})) for line in queues.lines()]

    def waiting(_options: CallbackOptions) -> list[Observation]:
        return [Observation(line.waiting, named({"kind": line.kind})) for line in queues.lines()]

    meter.create_observable_gauge("drmaum.queue.age", [ages], "s", "Of the oldest waiting job.")
    meter.create_observable_gauge("drmaum.queue.waiting", [waiting], "1", "Jobs that wait.")


def _made(meter: Meter, name: str, figure: Figure) -> Any:
    if figure.kind == "counter":
        return meter.create_counter(name, figure.unit, figure.told)
    if figure.kind == "balance":
        return meter.create_up_down_counter(name, figure.unit, figure.told)
    return meter.create_histogram(
        name, figure.unit, figure.told, explicit_bucket_boundaries_advisory=figure.bounds
    )
