"""What came from a consultation and is found for its own owner and pet alone: notes, transcripts."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from chat.models import Consultation
from inference.knowledge import embed, spaces
from inference.knowledge.index import set_words
from inference.models import Passage, PassageVector
from inference.models.library import PassageQuerySet
from profiles.models import Consent
from profiles.services import has_consent

SOAP, TRANSCRIPT = Passage.Kind.SOAP, Passage.Kind.TRANSCRIPT
DRAFTED, APPROVED = "draft", "approved"
# Words of a section of a note of usual length (knowledge.lexical).
PART_WORDS = 80


def approved_notes(*, owner_id: UUID, pet_id: UUID) -> PassageQuerySet:
    """The heads of this pet's notes that a vet approved, the newest first: drafts are no memory."""
    own = Passage.objects.filter(owner=owner_id, pet=pet_id, kind=SOAP, section=APPROVED)
    heads = own.filter(position=0).select_related("consultation")
    return heads.order_by("-consultation__created_at")


def store(
    *, consultation: Consultation, kind: str, texts: Sequence[str], standing: str = ""
) -> None:
    """Replace what is found of a consultation by these texts: by their words at once, by their
    meaning when vectors can be had. An owner's words go to a model abroad only where they allow
    it. `standing` says whether a vet approved it. Raises embed.EmbeddingError when the words are
    stored and the vectors are not."""
    passages = _store_words(consultation, kind, texts, standing)
    space = spaces.live()
    allows = has_consent(user=consultation.owner, kind=Consent.Kind.OVERSEAS_AI)
    if embed.is_overseas(space.model) and not allows:
        return
    vectors = embed.embed_passages(list(texts), space.model)
    PassageVector.objects.bulk_create(
        [
            PassageVector(
                space=space,
                passage=passage,
                is_public=False,
                content_hash=passage.content_hash,
                embedding=vector,
            )
            for passage, vector in zip(passages, vectors, strict=True)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def _store_words(
    consultation: Consultation, kind: str, texts: Sequence[str], standing: str
) -> list[Passage]:
    Passage.objects.filter(consultation=consultation, kind=kind).delete()
    passages = Passage.objects.bulk_create(
        Passage(
            kind=kind,
            owner=consultation.owner,
            pet=consultation.pet,
            consultation=consultation,
            section=standing,
            position=position,
            species=[consultation.pet.species],
            text=text,
            content_hash=hashlib.sha256(text.encode()).hexdigest(),
        )
        for position, text in enumerate(texts)
    )
    for passage in passages:
        set_words(passage, passage.text, PART_WORDS)
    return passages
