"""Traces in X-Ray's form: who begins them, how they go on elsewhere, and where they are sent.

A trace begins where work comes in: a request, a socket, a task. It goes on from the load balancer's
header, and through the queue, Redis or SQS, in the headers of a message. What a process does by
itself, such as its sweeps and heartbeats, begins none.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.botocore import BotocoreInstrumentor
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.propagate import set_global_textmap
from opentelemetry.propagators.aws import AwsXRayPropagator
from opentelemetry.sdk.extension.aws.resource.ecs import AwsEcsResourceDetector
from opentelemetry.sdk.extension.aws.trace import AwsXRayIdGenerator
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource, get_aggregated_resources
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import (
    Decision,
    ParentBased,
    Sampler,
    SamplingResult,
    TraceIdRatioBased,
)
from opentelemetry.trace import (
    Link,
    Span,
    SpanKind,
    TraceState,
    format_span_id,
    format_trace_id,
    get_current_span,
    use_span,
)
from opentelemetry.util.types import Attributes

from drmaum.lib import tracing
from drmaum.lib.tracing import Facts
from drmaum.observability.cleaning import CleanExporter, named
from drmaum.observability.metrics import Figures, watch_tables

SCHEDULER = "beat"
ENTRANCES = (SpanKind.SERVER, SpanKind.CONSUMER)
# A load balancer that begins a trace names it, and no span of its own.
_ROOT = re.compile(r"Root=1-([0-9a-f]{8})-([0-9a-f]{24})")
_given: ContextVar[int] = ContextVar("given trace id", default=0)
_propagator = AwsXRayPropagator()


class Ids(AwsXRayIdGenerator):
    """Ids that X-Ray takes; a trace that the load balancer has named keeps its name."""

    def generate_trace_id(self) -> int:
        return _given.get() or super().generate_trace_id()


class Entrances(Sampler):
    """Begins a share of the traces, and only where work comes in."""

    def __init__(self, share: float) -> None:
        self._share = TraceIdRatioBased(share)

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        if kind not in ENTRANCES:
            return SamplingResult(Decision.DROP)
        return self._share.should_sample(parent_context, trace_id, name, kind, attributes, links)

    def get_description(self) -> str:
        return f"Entrances{{{self._share.get_description()}}}"


class Opened:
    """A span of the SDK, as `drmaum.lib.tracing` speaks of it."""

    def __init__(self, span: Span) -> None:
        self.inner = span

    def note(self, **facts: tracing.Fact) -> None:
        self.inner.set_attributes(named(facts))

    def end(self, **facts: tracing.Fact) -> None:
        self.note(**facts)
        self.inner.end()


class Recording:
    """What listens to `drmaum.lib.tracing` in an observed process."""

    def __init__(self, service: str) -> None:
        resource = _resource(service)
        address = settings.OTLP_ENDPOINT.rstrip("/")
        share = TraceIdRatioBased(settings.TRACED_SHARE)
        sampler = ParentBased(Entrances(settings.TRACED_SHARE), remote_parent_sampled=share)
        self.traces = TracerProvider(sampler, resource, id_generator=Ids())
        patience = settings.EXPORT_SECONDS
        exporter = CleanExporter(OTLPSpanExporter(f"{address}/v1/traces", timeout=patience))
        self.traces.add_span_processor(BatchSpanProcessor(exporter))
        reader = PeriodicExportingMetricReader(
            OTLPMetricExporter(f"{address}/v1/metrics", timeout=patience),
            settings.FIGURES_SECONDS * 1000,
        )
        self.meters = MeterProvider([reader], resource)
        self._tracer = self.traces.get_tracer("drmaum")
        meter = self.meters.get_meter("drmaum")
        self._figures = Figures(meter)
        self.count, self.measure = self._figures.count, self._figures.measure
        if service == SCHEDULER:
            watch_tables(meter)

    @contextmanager
    def span(self, name: str, facts: Facts) -> Iterator[Opened]:
        with self._tracer.start_as_current_span(name, attributes=named(facts)) as span:
            yield Opened(span)

    def begun(self, name: str, facts: Facts) -> Opened:
        attributes = named(facts)
        return Opened(self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes))

    @contextmanager
    def entrance(
        self, name: str, header: str, facts: Facts, *, is_queued: bool
    ) -> Iterator[Opened]:
        root = _ROOT.search(header)
        token = _given.set(int("".join(root.groups()), 16) if root else 0)
        try:
            span = self._tracer.start_span(
                name,
                context=_propagator.extract({tracing.HEADER: header}, Context()),
                kind=SpanKind.CONSUMER if is_queued else SpanKind.SERVER,
                attributes=named(facts),
            )
        finally:
            _given.reset(token)
        with use_span(span, end_on_exit=True):
            yield Opened(span)

    def quiet(self) -> AbstractContextManager[None]:
        return suppress_instrumentation()

    def ids(self) -> tuple[str, str]:
        found = get_current_span().get_span_context()
        if not found.is_valid:
            return "", ""
        return format_trace_id(found.trace_id), format_span_id(found.span_id)

    def header(self) -> str:
        carrier: dict[str, str] = {}
        if get_current_span().is_recording():
            _propagator.inject(carrier)
        return carrier.get(tracing.HEADER, "")

    def flush(self) -> None:
        self.traces.force_flush()
        self.meters.force_flush()

    def close(self) -> None:
        """Send what is left, and end."""
        self.traces.shutdown()
        self.meters.shutdown()


# Calling one gives the one there is.
INSTRUMENTORS: tuple[Any, ...] = (
    CeleryInstrumentor,
    PsycopgInstrumentor,
    RedisInstrumentor,
    BotocoreInstrumentor,
)


def start(service: str) -> Recording:
    """Observe this process from now on, under the name of its service."""
    recording = Recording(service)
    # The instrumentations find this one only by a global name.
    set_global_textmap(_propagator)
    # They are given no meters: what is counted is ours, and its labels are cleaned.
    for instrumentor in INSTRUMENTORS:
        instrumentor().instrument(tracer_provider=recording.traces)
    tracing.listen(recording)
    return recording


def stop(recording: Recording) -> None:
    """End it, for tests: a process is observed for its whole life."""
    tracing.listen(None)
    for instrumentor in INSTRUMENTORS:
        instrumentor().uninstrument()
    recording.close()


def _resource(service: str) -> Resource:
    resource = Resource.create({"service.name": service, "service.namespace": "drmaum"})
    if "ECS_CONTAINER_METADATA_URI_V4" not in os.environ:
        return resource
    return get_aggregated_resources([AwsEcsResourceDetector()], resource)
