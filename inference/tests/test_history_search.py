"""What came from consultations is found for its own owner and pet, and for nobody else."""

import random

import pytest

from conftest import make_owner
from inference.knowledge import private, spaces
from inference.knowledge.embed import LOCAL, Vector
from inference.knowledge.search import Query, search, search_history
from inference.models import Passage, PassageVector
from inference.tests.conftest import asking
from profiles.services import register_pet

pytestmark = pytest.mark.django_db
TENANTS, NOTES = 40, 6


def unit(rng):
    values = [rng.gauss(0, 1) for _ in range(384)]
    length = sum(value * value for value in values) ** 0.5
    return [value / length for value in values]


@pytest.fixture
def tenants():
    """Owners with a pet each, and notes whose vectors lie anywhere."""
    rng = random.Random(5)
    space = spaces.live()
    pets = []
    for number in range(TENANTS):
        owner = make_owner(f"tenant{number}@example.com")
        pet = register_pet(owner=owner, facts={"name": "콩이", "species": "dog"})
        pets.append(pet)
        for note in range(NOTES):
            passage = Passage.objects.create(
                kind="soap", section="approved", owner=owner, pet=pet, position=note,
                text=f"노트 {number} {note}", content_hash=f"{number}-{note}",
            )  # fmt: skip
            PassageVector.objects.create(
                space=space, passage=passage, is_public=False, content_hash="", embedding=unit(rng)
            )
    return pets


def nearest(pet, question, limit):
    """By brute force over the pet's own notes."""
    own = PassageVector.objects.filter(passage__pet=pet).select_related("passage")
    scores = {
        one.passage_id: sum(a * b for a, b in zip(one.embedding, question, strict=True))
        for one in own
    }
    return sorted(scores, key=lambda pk: -scores[pk])[:limit]


def test_among_many_tenants_only_ones_own_notes_are_found_and_all_that_are_near(tenants):
    rng = random.Random(6)
    for pet in tenants:
        question = unit(rng)

        hits = search_history(
            "", Vector(LOCAL, question), owner_id=pet.owner_id, pet_id=pet.pk, limit=5
        )

        assert [hit.passage_id for hit in hits] == nearest(pet, question, 5)


def test_another_pet_of_the_same_owner_is_another_history(tenants):
    first = tenants[0]
    other = register_pet(owner=first.owner, facts={"name": "두부", "species": "dog"})

    assert search_history("노트", None, owner_id=first.owner_id, pet_id=other.pk) == []


def test_an_owner_cannot_ask_for_anothers_pet(tenants):
    mine, theirs = tenants[:2]

    assert search_history("노트", None, owner_id=mine.owner_id, pet_id=theirs.pk) == []


def test_drafts_can_be_left_out(tenants):
    pet = tenants[0]
    Passage.objects.filter(pet=pet, position=0).update(section="draft")

    found = search_history("", None, owner_id=pet.owner_id, pet_id=pet.pk, limit=50)
    approved = search_history(
        "", None, owner_id=pet.owner_id, pet_id=pet.pk, with_drafts=False, limit=50
    )

    assert (len(found), len(approved)) == (NOTES, NOTES - 1)


def test_a_note_is_never_found_in_the_library(library, tenants):
    hits = search(Query("노트", "dog", asking("bad-breath")), limit=50)

    own = {hit.article_id for hit in hits}
    assert own <= {article.pk for article in library.values()}


def test_only_approved_notes_of_this_pet_feed_its_memory(consultation, tenants):
    private.store(
        consultation=consultation, kind="soap", texts=["승인된 노트"], standing="approved"
    )
    ids = {"owner_id": consultation.owner_id, "pet_id": consultation.pet_id}
    assert [one.text for one in private.approved_notes(**ids)] == ["승인된 노트"]

    private.store(consultation=consultation, kind="soap", texts=["초안"], standing="draft")
    assert list(private.approved_notes(**ids)) == []


def test_a_deleted_pet_leaves_no_passage_and_no_vector(tenants):
    pet = tenants[0]
    ids = list(Passage.objects.filter(pet=pet).values_list("pk", flat=True))

    pet.delete()

    assert not Passage.objects.filter(pk__in=ids).exists()
    assert not PassageVector.objects.filter(passage__in=ids).exists()
