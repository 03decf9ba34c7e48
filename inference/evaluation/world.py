"""A world for an evaluation: a database of its own with the whole library, and no broker.

Nothing of it touches the data of the product; the database is thrown away at the end.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from celery import current_app
from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from inference.knowledge import runs
from inference.models import IndexRun

NAME = "drmaum_evaluation"
NO_CACHE = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@contextmanager
def world(*, with_library: bool = True) -> Iterator[None]:
    """Make the database, store the library, take both away at the end."""
    real = str(settings.DATABASES["default"]["NAME"])
    connection.settings_dict["TEST"]["NAME"] = NAME
    _leave()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    current_app.conf.update(broker_url="memory://")
    try:
        with override_settings(CACHES=NO_CACHE):
            if with_library:
                drafts, difference = runs.plan()
                for _done in runs.execute(IndexRun(), drafts, difference):
                    pass
            yield
    finally:
        _leave()
        connection.creation.destroy_test_db(real, verbosity=0)


def _leave() -> None:
    """Give every connection back: a database in use cannot be made or dropped."""
    connection.close()
    if settings.DATABASES["default"]["OPTIONS"].get("pool"):
        connection.close_pool()  # type: ignore[attr-defined]
