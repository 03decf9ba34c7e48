"""Runs of indexing: one at a time, each with a row that tells how far it is and what failed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from inference.knowledge import building, index, reindexing, spaces
from inference.knowledge.loading import Draft
from inference.knowledge.reindexing import Difference
from inference.models import Article, IndexRun

LOCK = 5_306_105_201
TOLD_EVERY = timedelta(seconds=1)


class AlreadyRunning(Refusal):
    """Only one run at a time."""

    code = "reindex_running"
    message = _("색인 작업이 이미 진행 중이에요. 끝난 뒤에 다시 시작해 주세요.")


def plan(
    *, folder: Path = index.FOLDER, is_full: bool = False, only_failed: bool = False
) -> tuple[list[Draft], Difference]:
    """All articles, of the folder and of the database, and what a run would do with them."""
    drafts, failed = index.read_folder(folder)
    own = Article.objects.exclude(origin=Article.Origin.SHIPPED)
    drafts += [index.draft_of(article) for article in own]
    only: list[str] | None = None
    if only_failed:
        newest = IndexRun.objects.newest()
        only = list(newest.failed) if newest else []
    return drafts, reindexing.compare(drafts, failed, is_full=is_full, only=only)


def failed_model() -> str:
    """The model of the last run when something failed in it; else none."""
    newest = IndexRun.objects.newest()
    return newest.model if newest and newest.failed else ""


def execute(run: IndexRun, drafts: Sequence[Draft], difference: Difference) -> Iterator[int]:
    """Carry a run out, yielding how many articles are done; its row is kept up to date. Another
    model than the live one is built beside it and then takes its place. Raises AlreadyRunning,
    registry.UnknownModel."""
    with alone():
        target = spaces.space_for(run.model) if run.model else spaces.live()
        _begin(run, target.model, difference)
        done = 0
        for _slug in reindexing.store(drafts, difference):
            done += 1
            _tell(run, done, difference.failed)
            yield done
        if not target.is_live:
            run.total = done + building.size(target)
            for _name in building.build(target, difference.failed):
                done += 1
                _tell(run, done, difference.failed)
                yield done
        spaces.drop_retired()
        _end(run, done, difference)


@contextmanager
def alone() -> Iterator[None]:
    """Hold the one lock of indexing; a killed process gives it back. Raises AlreadyRunning."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])


def _begin(run: IndexRun, model: str, difference: Difference) -> None:
    """Whoever holds the lock is the only one: any other row that still runs was interrupted."""
    left = IndexRun.objects.filter(status=IndexRun.Status.RUNNING).exclude(pk=run.pk)
    left.update(status=IndexRun.Status.INTERRUPTED, finished_at=timezone.now())
    run.model = model
    run.status = IndexRun.Status.RUNNING
    run.total = len(difference.todo)
    run.counts = {
        fate: len(getattr(difference, fate)) for fate in ("new", "changed", "removed", "unchanged")
    }
    run.progressed_at = timezone.now()
    run.save()


def _tell(run: IndexRun, done: int, failed: dict[str, str]) -> None:
    """How far it is, about once a second: a row a document would cost more than the document."""
    now = timezone.now()
    if run.progressed_at is None or now - run.progressed_at >= TOLD_EVERY:
        run.done, run.failed, run.progressed_at = done, dict(failed), now
        run.save(update_fields=["done", "total", "failed", "progressed_at"])


def _end(run: IndexRun, done: int, difference: Difference) -> None:
    run.done, run.failed = done, dict(difference.failed)
    run.status = IndexRun.Status.FAILED if difference.failed else IndexRun.Status.DONE
    run.finished_at = run.progressed_at = timezone.now()
    run.save()
