"""`manage.py security_rows`: the security bar, row by row, with its tests and its state."""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from drmaum.stack.places import ROOT
from drmaum.tests.security.registry import OPEN, Row, rows

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


class Command(BaseCommand):
    help = (
        "List the rows S01 to S44 of the security bar: what must hold, which tests prove it, and"
        " what of it does not apply or is not proven yet. With --run its tests are run first. Ends with an error when a"
        " row has no test or one of them fails."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", action="store_true", help="run the named tests")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("rows", nargs="*", help="of these alone, as in S07 S11")

    def handle(self, **options: Any) -> None:
        wanted = {number.upper() for number in options["rows"]}
        chosen = [row for row in rows() if not wanted or row.number in wanted]
        results = _run(chosen) if options["run"] else {}
        states = {row.number: _state(row, results, has_run=options["run"]) for row in chosen}
        if options["json"]:
            told = [_as_json(row, states[row.number], results) for row in chosen]
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            _print(chosen, states)
        if any(state in (OPEN, FAILED) for state in states.values()):
            sys.exit(1)


def _state(row: Row, results: dict[str, str], *, has_run: bool) -> str:
    if row.state == OPEN or not has_run:
        return row.state
    heard = {results.get(node, FAILED) for node in row.checks}
    state = next(state for state in (FAILED, PASSED, SKIPPED) if state in heard)
    return row.state if state == PASSED and row.lacks else state


def _run(chosen: list[Row]) -> dict[str, str]:
    """What became of each test, the worst of its cases."""
    nodes = sorted({node for row in chosen for node in row.checks if node not in row.missing})
    environment = {key: value for key, value in os.environ.items() if key != "SECRET_KEY"}
    with tempfile.TemporaryDirectory(prefix="drmaum-rows-") as folder:
        report = Path(folder) / "report.xml"
        how = ["-m", "long or not long", "-q", "-n", "2", f"--junit-xml={report}"]
        command = [sys.executable, "-m", "pytest", *how, *nodes]
        subprocess.run(  # noqa: S603
            command, cwd=ROOT, env=environment, check=False, stdout=sys.stderr
        )
        return _read(report) if report.is_file() else {}


def _read(report: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  (pytest wrote it)
        file = case.get("classname", "").replace(".", "/") + ".py"
        node = f"{file}::{case.get('name', '').partition('[')[0]}"
        kinds = {child.tag for child in case}
        heard = FAILED if kinds & {"failure", "error"} else PASSED
        heard = SKIPPED if "skipped" in kinds else heard
        order = (FAILED, PASSED, SKIPPED)
        found[node] = min(found.get(node, heard), heard, key=order.index)
    return found


def _as_json(row: Row, state: str, results: dict[str, str]) -> dict[str, Any]:
    checks = {node: results.get(node, "") for node in row.checks}
    return {
        "row": row.number, "statement": row.statement, "state": state, "checks": checks,
        "missing": list(row.missing), "why": row.why, "lacks": row.lacks,
    }  # fmt: skip


def _print(chosen: list[Row], states: dict[str, str]) -> None:
    table = Table("row", "state", "tests", "statement")
    for row in chosen:
        told = f"{row.statement}\n[dim]{row.why}[/dim]" if row.why else row.statement
        told += f"\n[yellow]lacks: {row.lacks}[/yellow]" if row.lacks else ""
        if row.missing:
            told += f"\n[red]not there: {', '.join(row.missing)}[/red]"
        table.add_row(row.number, states[row.number], str(len(row.checks)), told)
    Console(width=None if sys.stdout.isatty() else 120).print(table)
