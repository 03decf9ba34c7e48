"""Answers that a veterinarian approved, found by meaning.

Served only where it is sure: one phrasing lies near enough, a word that the reviewer named
stands in the question, the animal fits, and the answer's urgency is not below the rules'.
"""

import re

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Max, When
from django.utils import timezone
from pgvector.django import CosineDistance

from chat.models import RANK
from inference.knowledge import embed
from inference.models import ApprovedAnswer, ApprovedPhrasing

# "먹었어요" and "안 먹었어요" lie near each other in every embedding.
# "안먹어요" is as usual as "안 먹어요"; 안녕, 안약, 안구 are other words.
_TURNED = re.compile(
    r"(?:^|\s)(?:안(?!녕|약|구|과|내|전|정|경|면|쪽|에|으로|좋)|못(?!지))\s?(?=[가-힣])|않|없|아니|말고"
)


def find_approved(
    text: str, species: str, urgency: str, vector: embed.Vector
) -> ApprovedAnswer | None:
    """The approved answer to a question, or None."""
    near = ApprovedPhrasing.objects.filter(
        answer__in=ApprovedAnswer.objects.serving().filter(species__contains=[species]),
    )
    # The distance is computed for vectors of the same model only: others have another length.
    distance = CosineDistance("embedding", list(vector.values))
    phrasings = near.annotate(distance=Case(When(model=vector.model, then=distance)))
    limit = 1 - settings.APPROVED_LEAST_SIMILARITY
    for phrasing in phrasings.filter(distance__lte=limit).order_by("distance")[:5]:
        answer = phrasing.answer
        fits = RANK[answer.urgency] >= RANK[urgency] and _means_the_same(text, phrasing.text)
        if fits and any(word in text for word in answer.needed_words):
            return answer
    return None


def index_approved(answer: ApprovedAnswer) -> None:
    """Compute the vectors of an approved answer's phrasings. Raises embed.EmbeddingError."""
    phrasings, model = answer.phrasings, embed.model_name()
    vectors = [embed.embed_query(text, model) for text in phrasings]
    with transaction.atomic():
        locked = ApprovedAnswer.objects.select_for_update().get(pk=answer.pk)
        if locked.phrasings != phrasings:
            return  # edited meanwhile: the next round does it
        locked.vectors.all().delete()
        ApprovedPhrasing.objects.bulk_create(
            ApprovedPhrasing(answer=locked, text=text[:600], model=model, embedding=vector)
            for text, vector in zip(phrasings, vectors, strict=True)
        )
        locked.indexed_at = timezone.now()
        locked.save(update_fields=["indexed_at"])


def index_for(model: str) -> None:
    """The phrasings of every approved answer in another model's space as well, before it goes
    live. Raises embed.EmbeddingError."""
    ApprovedPhrasing.objects.filter(model=model).delete()
    phrasings = list(ApprovedPhrasing.objects.filter(model=embed.model_name()))
    vectors = [embed.embed_query(one.text, model) for one in phrasings]
    ApprovedPhrasing.objects.bulk_create(
        ApprovedPhrasing(answer=one.answer, text=one.text, model=model, embedding=vector)
        for one, vector in zip(phrasings, vectors, strict=True)
    )


def approved_version() -> str:
    """A value that changes whenever the approved answers do: part of the cache key."""
    state = ApprovedAnswer.objects.aggregate(newest=Max("changed_at"), indexed=Max("indexed_at"))
    return f"{state['newest']}-{state['indexed']}"


def _means_the_same(first: str, second: str) -> bool:
    return bool(_TURNED.search(first)) == bool(_TURNED.search(second))
