"""Make `.venv` from the hash-locked set and continue inside it. Standard library only.

Skipped when Django is importable already: in an image, or in a developer's own environment.
A stamp in `.venv` holds the digest of the lock that was installed, so a changed lock is
installed at the next start and an unchanged one costs nothing.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from drmaum.stack.places import DOCKER, ROOT

VENV = ROOT / ".venv"
RUNTIME_LOCK = DOCKER / "requirements.lock"
DEVELOPMENT_LOCK = DOCKER / "dev.lock"
NEEDS_DEVELOPMENT = {"test", "benchmark"}
APT_LINE = "apt-get update && apt-get install -y python3-venv"


def ensure_environment(argv: list[str]) -> None:
    """Return inside a complete environment, or replace this process by one that is.

    Raises SystemExit with one readable line when the environment cannot be made.
    """
    command = argv[1] if len(argv) > 1 else ""
    lock = DEVELOPMENT_LOCK if command in NEEDS_DEVELOPMENT else RUNTIME_LOCK
    inside = Path(sys.prefix) == VENV
    if not inside and importlib.util.find_spec("django") is not None:
        return
    if not _is_installed(lock):
        _install(lock)
    if not inside:
        python = str(_python())
        os.execv(python, [python, *argv])


def _python() -> Path:
    return VENV / "bin" / "python"


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _stamp(lock: Path) -> Path:
    return VENV / f".installed-{lock.stem}"


def _is_installed(lock: Path) -> bool:
    # The development set contains the runtime set, so either stamp serves the runtime.
    for candidate in {lock, DEVELOPMENT_LOCK}:
        stamp = _stamp(candidate)
        if stamp.exists() and stamp.read_text().strip() == _digest(candidate):
            return True
    return False


def _install(lock: Path) -> None:
    print("Dr. 마음: preparing the environment in .venv (once) …", flush=True)
    if not _python().exists():
        _make_venv()
    for stamp in VENV.glob(".installed-*"):
        stamp.unlink()
    if not _run_uv(lock):
        print("Dr. 마음: uv could not install the set, trying pip (slower) …", flush=True)
        _must([str(_python()), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock)])
    _stamp(lock).write_text(_digest(lock))


def _make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        _install_ensurepip()
    try:
        venv.create(VENV, with_pip=True, symlinks=True, clear=VENV.exists())
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(f"Dr. 마음: .venv could not be made: {error}") from error


def _install_ensurepip() -> None:
    """Debian keeps ensurepip in a package of its own."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SystemExit(
            "Dr. 마음: this Python lacks ensurepip. Run this once, then try again:\n"
            f"    sudo sh -c '{APT_LINE}'"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _must(["sh", "-c", APT_LINE], env=environment)
    importlib.invalidate_caches()


def _run_uv(lock: Path) -> bool:
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        bootstrap = str(DOCKER / "bootstrap.lock")
        _must([str(_python()), "-m", "pip", "install", "-q", "--require-hashes", "-r", bootstrap])
    arguments = ["pip", "install", "--python", str(_python()), "--require-hashes", "-r", str(lock)]
    return subprocess.run([str(uv), *arguments], check=False).returncode == 0  # noqa: S603


def _must(argv: list[str], env: dict[str, str] | None = None) -> None:
    done = subprocess.run(argv, check=False, env=env)  # noqa: S603
    if done.returncode != 0:
        raise SystemExit(f"Dr. 마음: this step failed: {' '.join(argv)}")
