"""Where nothing is observed, OpenTelemetry is as if it were not installed.

To be imported first by what runs for long: redis-py loads the SDK wherever it finds one, which
costs each process a tenth of a second and some megabytes.
"""

import os
import sys

if not (os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") and os.environ.get("OTEL_SERVICE_NAME")):
    # What Python itself takes for "there is none". Whoever has loaded it already keeps it.
    sys.modules.setdefault("opentelemetry", None)  # type: ignore[arg-type]
