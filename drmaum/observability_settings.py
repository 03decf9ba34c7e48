"""Settings of traces, figures and logs: a part of `drmaum.settings`."""

from typing import Any

from drmaum.secrets import env

# Without an address nothing is recorded and no SDK is loaded. A process without a name, such as
# a command, is not observed.
OTLP_ENDPOINT = env("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
SERVICE_NAME = env("OTEL_SERVICE_NAME", default="")
TRACED_SHARE = env.float("OTEL_TRACES_SAMPLER_ARG", default=1.0)
FIGURES_SECONDS = env.int("OTEL_METRIC_EXPORT_INTERVAL", default=60_000) / 1000
# For one export with its retries. A process that ends waits so long for a collector that is away.
EXPORT_SECONDS = env.float("OTEL_EXPORTER_OTLP_TIMEOUT", default=3)

OBSERVING_MIDDLEWARE = (
    ["drmaum.observability.requests.TracedMiddleware"] if OTLP_ENDPOINT and SERVICE_NAME else []
)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "drmaum.lib.log_masking.OneLine",
            "fmt": "%(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "drmaum.observability.logs.JsonLines"},
    },
    "filters": {
        "masked": {"()": "drmaum.lib.log_masking.SecretsMasked"},
        "wordless": {"()": "drmaum.lib.log_masking.WordsMasked"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env("LOG_FORMAT", default="line"),
            "filters": ["wordless", "masked"],
        }
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.channels.server": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "faster_whisper": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
