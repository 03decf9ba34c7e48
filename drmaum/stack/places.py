"""Where the project and its local state lie. Standard library only."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"


def var() -> Path:
    """The folder of local state (database, mail, uploads, keys), made on first use."""
    folder = Path(os.environ.get("DRMAUM_VAR") or ROOT / "var")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
