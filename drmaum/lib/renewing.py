"""A lease that lasts as long as the work, from a thread beside it."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

logger = logging.getLogger(__name__)


@contextmanager
def renewed(renew: Callable[[], object], every: float) -> Iterator[None]:
    """Call `renew` every so many seconds while the block runs. A failure is logged: the next call
    may succeed, and a lease that really ended is found out by its fence."""
    over = threading.Event()

    def keep_on() -> None:
        while not over.wait(every):
            try:
                renew()
            except Exception:
                logger.warning("a lease was not renewed", exc_info=True)
            finally:
                connection.close()

    beside = threading.Thread(target=keep_on, name="lease", daemon=True)
    beside.start()
    try:
        yield
    finally:
        over.set()
        beside.join()
