"""How much of what was asked an article speaks of: the share of the question's telling words
that stand in it, each weighted by how rare it is in the library (inverse document frequency).

The fused score ranks articles against each other; whether the best of them answers at all is
asked here. On the shipped questions, answered ones lie at .40 in the middle, others at .10.
"""

import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField

from inference.knowledge.index import library_version
from inference.knowledge.lexemes import telling
from inference.models import Passage


@dataclass(frozen=True)
class Vocabulary:
    """The words of each article, and how many articles have each word."""

    words: dict[int, frozenset[str]]
    counts: Counter[str]

    def weight(self, word: str) -> float:
        return math.log((len(self.words) + 1) / (self.counts[word] + 0.5))


def coverage(asked: str, article_id: int) -> float:
    """The weighted share of the question that an article speaks of, 0 to 1."""
    vocabulary = _vocabulary(library_version())
    known = vocabulary.words.get(article_id, frozenset())
    weights = {word: vocabulary.weight(word) for word in telling(asked)}
    whole = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in known) / whole if whole else 0


@lru_cache(maxsize=1)
def _vocabulary(_version: str) -> Vocabulary:
    """Read once for each state of the library."""
    found: dict[int, set[str]] = {}
    lexemes = Func("words", function="tsvector_to_array", output_field=ArrayField(TextField()))
    rows = Passage.objects.filter(kind="knowledge").annotate(lexemes=lexemes)
    for article_id, words in rows.values_list("article_id", "lexemes"):
        found.setdefault(article_id or 0, set()).update(words or ())
    of_article = {pk: frozenset(one) for pk, one in found.items()}
    return Vocabulary(of_article, Counter(word for one in of_article.values() for word in one))
