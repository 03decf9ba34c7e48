"""Traces and figures of the product on this machine, on a page of their own."""

import os
from dataclasses import dataclass

from drmaum.stack.postgres import free_port
from drmaum.stack.product import PYTHON
from drmaum.stack.supervisor import Program

# Sooner than for a collector that many send to: somebody is looking.
SOON = {"OTEL_BSP_SCHEDULE_DELAY": "1000", "OTEL_METRIC_EXPORT_INTERVAL": "5000"}


@dataclass(frozen=True)
class Watched:
    program: Program
    address: str


def watched() -> Watched:
    """The receiver, to which programs that are started from now on send."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    os.environ.update(SOON, OTEL_EXPORTER_OTLP_ENDPOINT=address)
    command = [*PYTHON, "drmaum.observability.receiver", str(port)]
    return Watched(Program("traces", command), f"{address}/")
