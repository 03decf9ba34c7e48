"""X-Ray and CloudWatch of the architecture diagram: traces, figures and logs, sent as OpenTelemetry.

Apps speak to `drmaum.lib.tracing` only. This package is loaded by processes that are to be
observed (see `drmaum.observability_settings`), and by nothing else.
"""
