"""Under which user the embedded PostgreSQL runs: it refuses root."""

import os
import pwd
import tempfile
from pathlib import Path
from typing import Any


class Identity:
    """The current user, or `nobody` when the current user is root."""

    def __init__(self) -> None:
        self.is_other = os.geteuid() == 0
        self._entry = pwd.getpwnam("nobody") if self.is_other else None

    def own(self, *paths: Path) -> None:
        if self._entry:
            for path in paths:
                os.chown(path, self._entry.pw_uid, self._entry.pw_gid)

    def popen(self) -> dict[str, Any]:
        """Keyword arguments for subprocess that drop privileges."""
        if not self._entry:
            return {}
        return {"user": self._entry.pw_uid, "group": self._entry.pw_gid, "extra_groups": []}

    def can_reach(self, folder: Path) -> bool:
        """Whether that user may enter every folder above."""
        if not self.is_other:
            return True
        return all(os.stat(part).st_mode & 0o001 for part in folder.resolve().parents)

    def readable_folder(self) -> Path:
        """A folder that the other user can enter, for what lies behind a closed one."""
        folder = Path(tempfile.gettempdir()) / f"drmaum-{os.geteuid()}"
        folder.mkdir(mode=0o755, exist_ok=True)
        if folder.stat().st_uid != os.geteuid():
            raise SystemExit(f"Dr. 마음: {folder} belongs to someone else.")
        return folder
