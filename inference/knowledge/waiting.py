"""What waits for a worker: runs that were asked for in the portal, and articles that were saved
there. One run at a time, whoever started it: the others stay in their rows."""

import logging

from django.db import transaction
from django.utils import timezone

from inference.knowledge import index, lexical, runs, spaces
from inference.knowledge.embed import EmbeddingError
from inference.knowledge.loading import ArticleError
from inference.models import Article, EmbeddingSpace, IndexRun

logger = logging.getLogger(__name__)
MOST_ARTICLES = 50
MOST_LOSSES = 3
BROKEN_OFF = "색인 작업"
Status = IndexRun.Status


def carry_out(run_id: int) -> bool:
    """Carry a waiting run out. False when there was nothing to do: it was done already, or
    another run is on, behind which it goes on waiting. What breaks it off stands in its row, and
    is raised."""
    try:
        with runs.alone():
            run = IndexRun.objects.filter(pk=run_id, status=Status.WAITING).first()
            if run is None:
                return False
            _execute(run)
            return True
    except runs.AlreadyRunning:
        return False


def next_run() -> int | None:
    """The run to be carried out now, if any. A run whose worker was lost is marked as interrupted;
    when somebody in the portal had asked for it, it waits again in a row of its own."""
    _find_lost()
    if IndexRun.objects.filter(status=Status.RUNNING).exists():
        return None
    waiting = IndexRun.objects.filter(status=Status.WAITING).order_by("started_at", "pk")
    return waiting.values_list("pk", flat=True).first()


def index_waiting() -> int:
    """Index articles that were saved without vectors. Returns how many; what could not be
    embedded, or came during a run, waits for the next round."""
    waiting = list(Article.objects.filter(indexed_at=None).order_by("pk")[:MOST_ARTICLES])
    if not waiting:
        return 0
    try:
        with runs.alone():
            stored = sum([_index(article, spaces.live()) for article in waiting])
            if stored:
                lexical.refresh_statistics()
            return stored
    except runs.AlreadyRunning:
        return 0


def drop_retired() -> int:
    """Remove old spaces, unless a run is on: it may just be filling one of them again."""
    try:
        with runs.alone():
            return spaces.drop_retired()
    except runs.AlreadyRunning:
        return 0


def _execute(run: IndexRun) -> None:
    """A run that names failures before it begins is one that tries just those again."""
    try:
        drafts, difference = runs.plan(is_full=run.is_full, only_failed=bool(run.failed))
        for _done in runs.execute(run, drafts, difference):
            pass
    except Exception as error:
        run.status, run.finished_at = Status.FAILED, timezone.now()
        run.failed = {**run.failed, BROKEN_OFF: f"{type(error).__name__}: {error}"[:300]}
        run.save(update_fields=["status", "finished_at", "failed"])
        raise


def _find_lost() -> None:
    """A row that runs while nobody holds the lock has lost its worker."""
    running = list(IndexRun.objects.filter(status=Status.RUNNING))
    if not running:
        return
    try:
        with runs.alone(), transaction.atomic():
            for run in running:
                _give_up(run)
    except runs.AlreadyRunning:
        return


def _give_up(run: IndexRun) -> None:
    still = IndexRun.objects.filter(pk=run.pk, status=Status.RUNNING)
    if not still.update(status=Status.INTERRUPTED, finished_at=timezone.now()):
        return
    newest = IndexRun.objects.order_by("-started_at", "-pk").values_list("status", flat=True)
    is_hopeless = list(newest[:MOST_LOSSES]) == [Status.INTERRUPTED] * MOST_LOSSES
    # Whoever ran the command starts it again by hand.
    if run.asked_by_id is not None and not is_hopeless:
        IndexRun.objects.create(model=run.model, is_full=run.is_full, asked_by=run.asked_by)


def _index(article: Article, space: EmbeddingSpace) -> bool:
    try:
        draft = index.draft_of(article)
        vectors = index.vectors_of(draft, {}, space.model)
        index.store_article(draft=draft, space=space, vectors=vectors)
    except (EmbeddingError, ArticleError) as error:
        logger.warning("article %s waits to be indexed: %s", article.slug, error)
        return False
    except index.Superseded:
        return False  # edited meanwhile: that text waits for the next round
    return True
