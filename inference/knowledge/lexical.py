"""The lexical half of the search: BM25 as a product of two sparse vectors.

A text's vector holds what each of its words brings to BM25 there; a question's vector holds how
telling each of its words is. Their inner product is BM25 (Robertson and Zaragoza, "The
Probabilistic Relevance Framework: BM25 and Beyond", 2009), computed where the texts lie. Words
are morphemes and, beside them, the bigrams of syllables: the latter find what a dictionary cannot
take apart (typos, no spaces). An article is one text: what owners say of it, its names, its body.
"""

import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from pgvector import SparseVector

from inference.knowledge.lexemes import bigrams, telling
from inference.knowledge.morphemes import morphemes, related
from inference.models import LEXEME_SPACE, Lexeme

K1, B = 1.2, 0.75
# Words of an article of usual length: longer ones count less, shorter ones more.
ARTICLE_WORDS = 1100
MOST_WORDS = 60
# A question with common words only must not make every text of a large library a candidate.
MOST_CANDIDATES = 4000
RELATED_WEIGHT = 0.3
# PostgreSQL holds no word of more than 2046 bytes.
LONGEST_WORD = 80
WHOLE = ""


@dataclass(frozen=True)
class Terms:
    """What a question is searched by: how telling each word is, and the most that a text could
    reach. A text is a candidate when it has one of the `asked`."""

    weights: Mapping[str, float]
    asked: Sequence[str]
    whole: float

    @property
    def query(self) -> str:
        """As the text of a tsquery: cast, not parsed, which would lose the mark of a pair."""
        return " | ".join(_quoted(word) for word in self.asked)

    @property
    def vector(self) -> SparseVector:
        return _sparse(self.weights)


def words_of(text: str) -> list[str]:
    """The words that a text is found by, with repeats."""
    words = [*morphemes(text), *(f"~{pair}" for pair in bigrams(text))]
    return [word[:LONGEST_WORD] for word in words]


def text_terms(words: Sequence[str], usual: float = ARTICLE_WORDS) -> SparseVector:
    """A text's vector: the saturated frequency of each word. `usual` is the length of its like."""
    length = K1 * (1 - B + B * len(words) / usual)
    counts = Counter(words)
    return _sparse({word: n * (K1 + 1) / (n + length) for word, n in counts.items()})


def question_terms(text: str) -> Terms:
    """A question's words and their companions, weighted by how rare they are."""
    spoken = list(dict.fromkeys(word[:LONGEST_WORD] for word in morphemes(text)))
    said = [*spoken, *(f"~{pair}"[:LONGEST_WORD] for pair in telling(text))]
    other = related(spoken)
    counts = Lexeme.objects.filter(text__in=[*said, *other, WHOLE])
    known = dict(counts.values_list("text", "passages"))
    texts = known.pop(WHOLE, 0) or 1

    def rarity(word: str) -> float:
        count = known.get(word, 0)
        return math.log(1 + (texts - count + 0.5) / (count + 0.5))

    whole = sum(map(rarity, said)) * (K1 + 1)
    weights = {word: rarity(word) for word in said if word in known}
    weights |= {word: RELATED_WEIGHT * rarity(word) for word in other if word in known}
    ranked = sorted(weights.items(), key=lambda pair: -pair[1])[:MOST_WORDS]
    return Terms(dict(ranked), _askable([word for word, _ in ranked], known), whole)


def _askable(words: Sequence[str], known: Mapping[str, int]) -> list[str]:
    """The most telling words, as many as keep the candidates few; always the first."""
    chosen: list[str] = []
    candidates = 0
    for word in sorted(words, key=lambda one: known[one]):
        candidates += known[word]
        if chosen and candidates > MOST_CANDIDATES:
            break
        chosen.append(word)
    return chosen


@transaction.atomic
def refresh_statistics() -> None:
    """Count anew in how many texts of the library each word stands."""
    with connection.cursor() as cursor:
        cursor.execute("delete from inference_lexeme")
        cursor.execute(
            "insert into inference_lexeme (text, passages) select left(word, 80), max(ndoc)"
            " from ts_stat($$select words from inference_passage where kind = 'knowledge'$$)"
            " group by 1"
        )
        cursor.execute(
            "insert into inference_lexeme (text, passages) select %s, count(*)"
            " from inference_passage where kind = 'knowledge' and words is not null",
            [WHOLE],
        )


def as_tsvector(words: Sequence[str]) -> str:
    """The distinct words as the text of a tsvector."""
    return " ".join(_quoted(word) for word in sorted(set(words)))


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _sparse(weights: Mapping[str, float]) -> SparseVector:
    """Two words of one id (one pair in millions) count as one."""
    ids = {zlib.crc32(word.encode()) % LEXEME_SPACE: value for word, value in weights.items()}
    return SparseVector(ids, LEXEME_SPACE)
