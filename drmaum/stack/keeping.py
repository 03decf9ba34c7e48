"""The servers that this process keeps, prepared before settings were read.

`manage.py up` has to choose ports before Django reads them, and to start the servers after
its arguments were parsed: this is where the one part leaves them for the other.
"""

from drmaum.stack.services import Services

_held: list[Services] = []


def remember(services: Services) -> None:
    _held[:] = [services]


def held() -> Services:
    """The kept servers. Raises SystemExit outside `manage.py up`."""
    if not _held:
        raise SystemExit("Dr. 마음: start this with `python3 manage.py up`.")
    return _held[0]
