"""A file that a living worker or scheduler touches, and the look at it by whoever watches over them.

`python -m drmaum.lib.heartbeat --max-age 60` ends with 0 while the file is younger, else with 1: the
health check of a container. Standard library only, since it is started every few seconds.
"""

import argparse
import logging
import os
import sys
import time
from pathlib import Path

logger = logging.getLogger(__name__)
PLACE = "HEARTBEAT_FILE"


def beat(file: str) -> None:
    """Touch the file. That it cannot be touched is seen from outside, by its age."""
    try:
        Path(file).touch()
    except OSError as error:
        logger.warning("the heartbeat could not be written: %s", type(error).__name__)


def age(file: str) -> float | None:
    """Seconds since the last beat; None when there was none."""
    try:
        return max(0.0, time.time() - Path(file).stat().st_mtime)
    except OSError:
        return None


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m drmaum.lib.heartbeat",
        description="Say whether a worker or the scheduler of this machine lives.",
        epilog="exit codes: 0 it lives; 1 its last beat is too old, or it never began;"
        f" 2 wrong arguments, or neither {PLACE} nor --file is given.",
    )
    parser.add_argument("--max-age", type=float, default=60, help="seconds (default: 60)")
    parser.add_argument("--file", default=os.environ.get(PLACE, ""), help=f"default: {PLACE}")
    asked = parser.parse_args(argv)
    if not asked.file:
        parser.error(f"set {PLACE}, or give --file")
    found = age(asked.file)
    told = "no heartbeat yet" if found is None else f"the last heartbeat was {found:.0f} s ago"
    sys.stdout.write(f"{told}\n")
    return 0 if found is not None and found <= asked.max_age else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
