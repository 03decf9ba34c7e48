"""S19 and S17, read from the source: no tool for a model, no text marked safe."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from drmaum.stack.places import ROOT

APPS = ("drmaum", "profiles", "chat", "inference", "soap", "transcription")
TOOLS = {"tools", "tool_choice", "functions", "function_call", "mcp_servers", "plugins"}
# Marks that trust a text. Their only uses build markup of our own parts.
TRUSTING = {"mark_safe", "SafeString", "SafeText"}
TRUSTED = {
    ROOT / "soap" / "qr.py",  # an SVG of squares
}


def sources() -> Iterator[tuple[Path, ast.AST]]:
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            if "tests" not in file.parts and "migrations" not in file.parts:
                yield file, ast.parse(file.read_text(encoding="utf-8"))


def test_s19_no_call_to_a_model_offers_a_tool():
    offered = []
    for file, tree in sources():
        if "llm" not in file.parts:
            continue
        for node in ast.walk(tree):
            named = (
                {keyword.arg for keyword in node.keywords} if isinstance(node, ast.Call) else set()
            )
            keys = (
                {key.value for key in node.keys if isinstance(key, ast.Constant)}
                if isinstance(node, ast.Dict)
                else set()
            )
            offered += [(file.name, name) for name in (named | keys) & TOOLS]
    assert offered == []


def test_s17_no_text_is_marked_safe():
    marked = [
        (str(file.relative_to(ROOT)), node.lineno)
        for file, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) in TRUSTING and file not in TRUSTED
    ]
    assert marked == []


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def test_s17_no_template_turns_escaping_off():
    # Mails are plain text.
    templates = [*(ROOT / "templates").rglob("*.html"), *ROOT.glob("*/templates/**/*.html")]
    assert templates
    found = [
        str(file.relative_to(ROOT))
        for file in templates
        if file.is_file()
        and re.search(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq", file.read_text("utf-8"))
    ]
    assert found == []


def test_s17_no_script_writes_markup_from_words():
    """Pages build their parts by createElement and textContent."""
    writing = re.compile(r"\.(inner|outer)HTML\s*[+]?=|insertAdjacentHTML|document\.write\b")
    scripts = [file for app in APPS for file in (ROOT / app).glob("static/**/*.js")]
    assert scripts
    assert [file.name for file in scripts if writing.search(file.read_text("utf-8"))] == []
