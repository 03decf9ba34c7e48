"""Logs for machines: one JSON object a line, with the trace that a record belongs to.

Loads no SDK: it may be chosen where nothing is traced.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from drmaum.lib import tracing
from drmaum.lib.log_masking import CONTROL

# Where a request keeps its ids: Django tells of a refused one when its middleware is through.
TRACED = "drmaum.traced"


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        trace_id, span_id = _ids(record)
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "trace_id": trace_id,
            "span_id": span_id,
            "service": settings.SERVICE_NAME,
        }
        if record.exc_text or record.exc_info:
            line["error"] = record.exc_text or self.formatException(record.exc_info)  # type: ignore[arg-type]
        written = json.dumps(line, ensure_ascii=False)
        return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _ids(record: logging.LogRecord) -> tuple[str, str]:
    found = tracing.ids()
    if found[0]:
        return found
    kept: tuple[str, str] = getattr(getattr(record, "request", None), "META", {}).get(TRACED, found)
    return kept
