"""This process, observed for the time of a test: by the name of the web process."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from drmaum.observability import tracing
from drmaum.observability.tracing import Recording
from drmaum.tests.observability.collector import Collector, collecting
from inference.tests.conftest import (  # noqa: F401  (fixtures)
    abroad,
    answer,
    ask,
    library,
    meaning,
    models,
)

Observe = Callable[..., Recording]


@pytest.fixture
def arrived() -> Iterator[tuple[Collector, str]]:
    with collecting() as found:
        yield found


@pytest.fixture
def collector(arrived: tuple[Collector, str]) -> Collector:
    return arrived[0]


@pytest.fixture
def observe(arrived: tuple[Collector, str], settings: Any) -> Iterator[Observe]:
    """Begin to observe; nothing is sent before `flush`."""
    begun: list[Recording] = []

    def start(service: str = "web", share: float = 1.0) -> Recording:
        settings.OTLP_ENDPOINT, settings.SERVICE_NAME = arrived[1], service
        settings.TRACED_SHARE = share
        settings.MIDDLEWARE = [
            "drmaum.observability.requests.TracedMiddleware",
            *settings.MIDDLEWARE,
        ]
        begun.append(tracing.start(service))
        return begun[-1]

    yield start
    for recording in begun:
        tracing.stop(recording)


@pytest.fixture
def observed(observe: Observe) -> Recording:
    return observe()
