"""Why a file cannot become an article: an English sentence, and a code for other languages."""

from collections.abc import Sequence

from inference.knowledge.loading import ArticleError


class Unfit(ArticleError):
    """A file, or an article in it, cannot be taken. `code` is stable, `facts` fill a sentence."""

    def __init__(self, code: str, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.code, self.facts = code, facts


class UnfitRows(Unfit):
    """Rows of a table that cannot be taken, by their number in the file."""

    MOST_TOLD = 20

    def __init__(self, rows: Sequence[tuple[int, Unfit]]) -> None:
        told = "; ".join(f"row {number}: {error}" for number, error in rows[: self.MOST_TOLD])
        more = f"; and {len(rows) - self.MOST_TOLD} more" if len(rows) > self.MOST_TOLD else ""
        super().__init__("rows", told + more)
        self.rows = tuple(rows)
