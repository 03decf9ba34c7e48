"""Articles that were just brought in made findable at once, outside the great reindex."""

from collections.abc import Iterator, Sequence

from inference.knowledge import index, reindexing
from inference.knowledge.reindexing import Difference
from inference.knowledge.runs import alone
from inference.models import Article


def index_articles(slugs: Sequence[str], failed: dict[str, str]) -> Iterator[str]:
    """Embed and store these articles' passages, yielding each slug; what could not be done is
    put into `failed` and waits for the next reindex. Raises runs.AlreadyRunning."""
    with alone():
        waiting = Article.objects.filter(slug__in=slugs, indexed_at=None)
        drafts = [index.draft_of(article) for article in waiting]
        difference = Difference(changed=[draft.slug for draft in drafts], failed=failed)
        yield from reindexing.store(drafts, difference)
