"""The rows of the security bar: what must hold, which tests prove it, and where they stand."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from drmaum.stack.places import ROOT

HERE = Path(__file__).parent
ROWS = HERE / "rows.yaml"
PROVEN, ELSEWHERE, PARTLY, OPEN = "proven", "elsewhere", "partly", "open"
NUMBERS = [f"S{number:02}" for number in range(1, 45)]


@dataclass(frozen=True)
class Row:
    """`tests` are this folder's own, by their names; `named` are those of other folders. `why`
    says what of the row does not apply here, or what stands in for it."""

    number: str
    statement: str
    tests: tuple[str, ...]
    named: tuple[str, ...]
    why: str = ""
    lacks: str = ""
    """What of it is not done or not proven yet."""

    @property
    def checks(self) -> tuple[str, ...]:
        return (*self.tests, *self.named)

    @property
    def missing(self) -> tuple[str, ...]:
        """Named tests that are not there (any more)."""
        return tuple(node for node in self.named if not _is_there(node))

    @property
    def state(self) -> str:
        if self.missing or not self.checks:
            return OPEN
        if self.lacks:
            return PARTLY
        return PROVEN if self.tests else ELSEWHERE


def rows() -> list[Row]:
    """In the order of their numbers."""
    told: dict[str, Any] = yaml.safe_load(ROWS.read_text(encoding="utf-8"))
    own = _own_tests()
    return [_row(number, told[number], own.get(number, ())) for number in NUMBERS]


def _row(number: str, told: dict[str, Any], own: tuple[str, ...]) -> Row:
    named = [
        f"{file}::{test}" for file, tests in (told.get("proven") or {}).items() for test in tests
    ]
    return Row(
        number, told["statement"], own, tuple(named), told.get("why", ""), told.get("lacks", "")
    )


def _own_tests() -> dict[str, tuple[str, ...]]:
    """Tests of this folder by the row that stands in their names."""
    found: dict[str, list[str]] = {}
    for file in sorted(HERE.glob("test_*.py")):
        for name in sorted(_tests_of(file)):
            for number in re.findall(r"s\d\d", name.partition("__")[0])[:1]:
                node = f"{file.relative_to(ROOT)}::{name}"
                found.setdefault(number.upper(), []).append(node)
    return {number: tuple(nodes) for number, nodes in found.items()}


def _is_there(node: str) -> bool:
    file, _, name = node.partition("::")
    return (ROOT / file).is_file() and name in _tests_of(ROOT / file)


@cache
def _tests_of(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(
        one.name
        for one in ast.walk(tree)
        if isinstance(one, functions) and one.name.startswith("test_")
    )
