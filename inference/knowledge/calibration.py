"""Where an embedding model's cosines lie: each model uses another stretch of the scale."""

import random

import numpy as np

from inference.knowledge import embed
from inference.knowledge.embedders.registry import described
from inference.models import Article, EmbeddingSpace, PassageVector

QUESTIONS, STRANGERS = 120, 40
LEAST_WIDTH = 0.02


def calibrate(space: EmbeddingSpace) -> None:
    """Set the floor (the mean cosine of a question and passages of other articles) and the
    ceiling (where the best passage of its own article lies, one deviation above the mean), from
    what owners say in the articles. Nothing is measured where the settings give both, or where
    the library is too small. Raises EmbeddingError."""
    told = described(space.model)
    if told.floor is not None and told.ceiling is not None:
        space.floor, space.ceiling = told.floor, told.ceiling
    else:
        _measure(space)
    space.save(update_fields=["floor", "ceiling"])


def _measure(space: EmbeddingSpace) -> None:
    # The choice of examples has to be the same in every run, not secret.
    chosen = random.Random(1)
    articles = [one for one in Article.objects.order_by("slug") if one.says]
    if len(articles) < STRANGERS:
        return
    own, others = [], []
    for article in chosen.sample(articles, min(QUESTIONS, len(articles))):
        question = np.array(embed.embed_query(chosen.choice(article.says), space.model))
        own.append(float(np.max(_passages(space, article) @ question)))
        stranger = chosen.choice([one for one in articles if one.pk != article.pk])
        others.append(float(np.mean(_passages(space, stranger) @ question)))
    space.floor = float(np.mean(others))
    space.ceiling = max(float(np.mean(own) + np.std(own)), space.floor + LEAST_WIDTH)


def _passages(
    space: EmbeddingSpace, article: Article
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    found = PassageVector.objects.filter(space=space, passage__article=article)
    return np.array(list(found.values_list("embedding", flat=True)), dtype=np.float32)
