"""The product's own processes: web, streaming worker, ordinary worker, ears, scheduler."""

import os
import shutil
import sys

from drmaum.stack.supervisor import Program

# Warnings of libraries at import are for developers, who see them in the tests.
PYTHON = [sys.executable, "-W", "ignore", "-m"]
CELERY = [*PYTHON, "celery", "-q", "-A", "drmaum.celery"]
QUIET = ["--without-gossip", "--without-mingle", "-l", "warning"]
# One thread a call: a fork after a multi-threaded encode would hang, and streams share two cores.
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
KINDLY = ["nice", "-n", "10"] if shutil.which("nice") else []
STREAMING = {"CELERY_CUSTOM_WORKER_POOL": "drmaum.lib.streaming_pool:TaskPool"}


def programs(host: str, port: int) -> list[Program]:
    """What `manage.py up` runs on top of the servers."""
    # No access log: addresses hold where owners are when they look for a clinic.
    web = [*PYTHON, "daphne", "-v", "0", "-b", host, "-p", str(port), "drmaum.asgi:application"]
    streams = os.environ.get("STREAMS_PER_WORKER", "200")
    answers = [*CELERY, "worker", "-Q", "answers", "-n", "answers@%h", "--pool", "custom"]
    work = [*CELERY, "worker", "-Q", "work", "-n", "work@%h", "--pool", "threads", "-c", "2"]
    # Hearing takes a whole core for minutes: whatever an owner waits for goes first.
    speech = [*KINDLY, *CELERY, "worker", "-Q", "speech", "-n", "speech@%h", "--pool", "threads"]
    # Mails lead to the address that this command opens.
    links = {"SITE_URL": os.environ.get("SITE_URL", f"http://localhost:{port}")}
    found = [
        Program("web", web),
        Program("answers", [*answers, "-c", streams, *QUIET], environment=STREAMING | ONE_THREAD),
        Program("work", [*work, *QUIET], environment=ONE_THREAD | links),
        Program("speech", [*speech, "-c", "1", *QUIET], environment=ONE_THREAD),
        Program("beat", [*CELERY, "beat", "-l", "warning"]),
    ]
    for program in found:
        program.environment = {"OTEL_SERVICE_NAME": program.name, **program.environment}
    return found
