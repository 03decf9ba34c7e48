"""`manage.py up`: the whole product on this machine, in one foreground process group."""

import signal
import socket
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from drmaum.stack import keeping, observing, product
from drmaum.stack.supervisor import Program, Supervisor

READY_SECONDS = 60


class Command(BaseCommand):
    help = (
        "Start PostgreSQL, Redis, web, workers and scheduler, and keep them running until Ctrl-C."
        " Servers named by DATABASE_URL or REDIS_URL are used instead of embedded ones."
        " Data is kept in var/ between runs."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where the web app listens")
        parser.add_argument("--host", default="127.0.0.1", help="which address it listens on")
        parser.add_argument("--demo", action="store_true", help="add a demo owner with two pets")
        parser.add_argument("--no-open", action="store_true", help="do not open a browser")
        parser.add_argument(
            "--observe", action="store_true", help="show traces and figures on a page of their own"
        )

    def handle(self, **options: Any) -> None:
        self.begun = time.monotonic()
        host, port = options["host"], options["port"]
        self._check_port(host, port)
        supervisor = Supervisor()
        self._arm(supervisor)
        try:
            self._start(supervisor, host, port, options)
            supervisor.stopping.wait()
        finally:
            supervisor.say("up", "stopping …")
            supervisor.stop()
            supervisor.say("up", "stopped")

    def _start(self, supervisor: Supervisor, host: str, port: int, options: dict[str, Any]) -> None:
        services = keeping.held()
        for name, (argv, stop) in services.commands().items():
            popen = services.identity.popen() if name == "postgres" else {}
            supervisor.start(Program(name, argv, stop, popen={**popen, "cwd": "/"}))
        services.wait_until_ready()
        self._prepare(supervisor, is_demo=options["demo"])
        if options["observe"]:
            watched = observing.watched()
            supervisor.start(watched.program)
            supervisor.say("up", f"traces and figures: {watched.address}")
        for program in product.programs(host, port):
            supervisor.start(program)
        address = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"
        self._wait_for(supervisor, f"http://{host}:{port}/healthz")
        if supervisor.stopping.is_set():
            return
        seconds = time.monotonic() - self.begun
        supervisor.say("up", f"ready after {seconds:.0f} s. Open this address: {address}")
        if not options["no_open"] and sys.stdout.isatty():
            webbrowser.open(address)

    def _prepare(self, supervisor: Supervisor, *, is_demo: bool) -> None:
        from drmaum import preparing  # noqa: PLC0415  (after the server stands)

        preparing.prepare(lambda line: supervisor.say("up", line))
        if is_demo:
            call_command("demo", verbosity=0)
            connection.close()

    def _wait_for(self, supervisor: Supervisor, url: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and not supervisor.stopping.wait(0.1):
            try:
                with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (our own address)
                    return
            except (urllib.error.URLError, OSError):
                continue
        if not supervisor.stopping.is_set():
            raise CommandError("The web process did not answer; see the log above.")

    def _check_port(self, host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} is taken by another program. Try: manage.py up --port {port + 1}"
                ) from error

    def _arm(self, supervisor: Supervisor) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: supervisor.stopping.set())
