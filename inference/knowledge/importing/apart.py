"""Text out of files that may be made to harm, in a process of its own.

A small PDF or page can unfold into gigabytes or keep a processor busy for hours: the process that
reads it has little time and memory, and only its text comes back.
"""

import json
import subprocess
import sys
from pathlib import Path

from inference.knowledge.importing.errors import Unfit

try:
    import resource
except ImportError:  # Windows has no such limits; the clock still ends the process
    resource = None  # type: ignore[assignment]

SECONDS = 60
MEMORY = 1024 * 1024 * 1024
LONGEST_TEXT = 2_000_000
_ROOT = Path(__file__).parents[3]
_COSTLY = "reading it takes too much time or memory"


def text_of(kind: str, data: bytes) -> str:
    """The text of a "pdf" or a "html". Raises Unfit."""
    argv = [sys.executable, "-m", __name__, kind]
    try:
        child = subprocess.run(  # noqa: S603  (this file, in the same Python)
            argv, input=data, capture_output=True, timeout=SECONDS * 2, cwd=_ROOT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unfit("costly", _COSTLY) from error
    if child.returncode:
        raise Unfit("costly", _COSTLY)
    told = json.loads(child.stdout)
    if "code" in told:
        raise Unfit(told["code"], told["reason"], **told["facts"])
    return str(told["text"])


def main(kind: str) -> None:
    """Read standard input, write JSON."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        told: dict[str, object] = {"text": _extract(kind, sys.stdin.buffer.read())}
    except Unfit as error:
        told = {"code": error.code, "reason": str(error), "facts": error.facts}
    sys.stdout.write(json.dumps(told))


def _extract(kind: str, data: bytes) -> str:
    if kind == "pdf":
        from inference.knowledge.importing import pdf  # noqa: PLC0415  (not in the web process)

        text = pdf.text_of(data)
    else:
        from inference.knowledge.importing import html  # noqa: PLC0415

        text = html.text_of(data.decode())
    if len(text) > LONGEST_TEXT:
        reason = f"longer than {LONGEST_TEXT} characters of text"
        raise Unfit("long", reason, most=LONGEST_TEXT)
    return text


if __name__ == "__main__":
    main(sys.argv[1])
