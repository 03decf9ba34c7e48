"""S43: no secret lies in the repository."""

import re
import shutil
import subprocess

import pytest

from drmaum.stack.places import ROOT

# How keys look: AWS, Anthropic, OpenAI, Google, GitHub, Slack, a private key, a JWT.
KEYS = re.compile(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{24,}|\bAIza[0-9A-Za-z_-]{35}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bxox[baprs]-[A-Za-z0-9-]{10,}"
    r"|-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----"
    r"|\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"
)
# Told by whoever documents AWS; it opens nothing.
EXAMPLES = {"AKIAIOSFODNN7EXAMPLE"}


def tracked() -> list[str]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("no checkout: what is tracked is not known")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name]


def test_s43_no_tracked_file_holds_a_key():
    found = []
    for name in tracked():
        file = ROOT / name
        if not file.is_file() or file.stat().st_size > 3_000_000:
            continue
        text = file.read_bytes().decode("utf-8", "ignore")
        found += [(name, key[:12]) for key in KEYS.findall(text) if key not in EXAMPLES]
    assert found == []


def test_s43_what_holds_secrets_is_not_tracked():
    names = tracked()
    assert [name for name in names if name == ".env" or name.startswith("var/")] == []
    assert [name for name in names if name.endswith((".pem", ".key", ".p12", ".pfx"))] == []


@pytest.mark.parametrize(
    "key",
    ["AKIA" + "A1B2C3D4" * 2, "sk-ant-" + "a" * 40, "ghp_" + "a" * 36, "AIza" + "b" * 35],
)
def test_s43_a_key_would_be_seen(key):
    assert KEYS.search(f"KEY={key}\n")
