#!/usr/bin/env python3
"""Run Dr. 마음. `python3 manage.py up` on a bare machine sets everything up and opens it.

Only the standard library is imported before the environment stands: see drmaum.stack.bootstrap.
"""

import os
import sys


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  (an older one gets a sentence, not a traceback)
        sys.stderr.write("Dr. 마음 needs Python 3.11 or newer.\n")
        return 2
    from drmaum.stack import bootstrap  # noqa: PLC0415  (needs Python 3.11 syntax)

    bootstrap.ensure_environment(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drmaum.settings")

    from drmaum.stack import commandline  # noqa: PLC0415  (needs the environment)

    return commandline.run(sys.argv)


if __name__ == "__main__":
    raise SystemExit(main())
