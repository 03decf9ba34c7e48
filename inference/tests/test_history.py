"""A pet's own notes and transcripts: found for that owner and pet, in full, and for nobody else."""

import numpy as np
import pytest

from chat import services as chat_services
from conftest import make_owner
from inference.knowledge import lexical, private, spaces
from inference.knowledge.embed import LOCAL, Vector
from inference.knowledge.search import (
    WORDS_STRETCH,
    WORDS_WEIGHT,
    SearchError,
    search_history,
)
from inference.models import Passage, PassageVector
from inference.tests import embedding_server
from inference.tests.small_library import put
from profiles import services as profile_services
from profiles.models import Pet

pytestmark = pytest.mark.django_db

OWNERS, NOTES = 40, 5
WORDS = (
    "구토",
    "설사",
    "기침",
    "포도",
    "피부",
    "눈물",
    "귀",
    "다리",
    "체중",
    "식욕",
    "소변",
    "경련",
)
ASKED = ("포도를 먹고 구토했어요", "기침이 심해요", "다리를 절어요", "쀍", "")


@pytest.fixture(autouse=True)
def _vectors(monkeypatch):
    """Texts that share syllables lie near each other, in place of the model."""
    monkeypatch.setattr(
        "inference.knowledge.embed.embed_passages",
        lambda texts, _model=LOCAL: np.array([unit(text) for text in texts], dtype=np.float32),
    )


def unit(text):
    vector = np.array(embedding_server.vector_of(text, 384))
    return vector / np.linalg.norm(vector)


def pet_of(owner, name="보리"):
    return profile_services.register_pet(owner=owner, facts={"name": name, "species": "dog"})


def note(pet, texts, kind=private.SOAP, standing=private.APPROVED):
    consultation = chat_services.open_consultation(owner=pet.owner, pet=pet)
    private.store(consultation=consultation, kind=kind, texts=texts, standing=standing)


def words_for(owner, number):
    """Each note speaks of other things, and many owners' notes of the same."""
    told = [WORDS[(owner * 3 + number * step) % len(WORDS)] for step in (1, 2, 5)]
    return f"{' '.join(told)} {number}번째 상담"


@pytest.fixture
def pets():
    """Forty owners with five notes each; the first has another pet with notes of the same words."""
    for word in WORDS:
        put(f"about-{word}", word)
    lexical.refresh_statistics()
    found = []
    for number in range(OWNERS):
        pet = pet_of(make_owner(f"owner{number}@example.com"))
        note(pet, [words_for(number, one) for one in range(NOTES)])
        found.append(pet)
    note(pet_of(found[0].owner, "나비"), [words_for(0, one) for one in range(NOTES)])
    return found


def found_for(pet, text, **more):
    vector = Vector(LOCAL, unit(text)) if text else None
    return search_history(text, vector, owner_id=pet.owner_id, pet_id=pet.pk, **more)


def by_brute_force(pet, text):
    """Every note of the pet with its score, computed here."""
    space, terms = spaces.live(), lexical.question_terms(text)
    asked = dict(zip(terms.vector.indices(), terms.vector.values(), strict=True))
    scores = {}
    for passage in Passage.objects.filter(owner=pet.owner, pet=pet):
        own = dict(zip(passage.terms.indices(), passage.terms.values(), strict=True))
        bm25 = sum(value * own.get(id_, 0) for id_, value in asked.items())
        words = WORDS_STRETCH * bm25 / (terms.whole or 1)
        meaning = 0.0
        if text:
            cosine = float(unit(passage.text) @ unit(text))
            meaning = (cosine - space.floor) / (space.ceiling - space.floor)
        weight = WORDS_WEIGHT if text else 1.0
        scores[passage.pk] = (1 - weight) * meaning + weight * words
    return scores


def test_never_a_row_of_another_owner_or_pet_and_every_row_of_ones_own(pets):
    """Recall 1.0 against brute force, for each of forty owners and every question."""
    for pet in pets:
        own = set(Passage.objects.filter(pet=pet).values_list("pk", flat=True))
        assert len(own) == NOTES
        for text in ASKED:
            assert {hit.passage_id for hit in found_for(pet, text, limit=50)} == own


def test_the_best_few_are_those_of_brute_force(pets):
    for pet in pets:
        for text in ASKED:
            scores = by_brute_force(pet, text)
            found = found_for(pet, text, limit=3)
            assert [hit.score for hit in found] == pytest.approx(
                sorted(scores.values(), reverse=True)[:3], abs=0.01
            )
            assert all(
                hit.score == pytest.approx(scores[hit.passage_id], abs=0.01) for hit in found
            )


def test_another_pet_of_the_same_owner_has_notes_of_its_own(pets):
    first, second = Pet.objects.filter(owner=pets[0].owner).order_by("created_at")

    of_first = {hit.passage_id for hit in found_for(first, ASKED[0], limit=50)}
    of_second = {hit.passage_id for hit in found_for(second, ASKED[0], limit=50)}

    assert len(of_first) == len(of_second) == NOTES
    assert not of_first & of_second


def test_a_pet_and_an_owner_that_do_not_belong_together_find_nothing(pets):
    found = search_history(ASKED[0], None, owner_id=pets[0].owner_id, pet_id=pets[1].pk, limit=50)

    assert found == []


def test_knowledge_is_no_history(library, dog):
    assert found_for(dog, ASKED[0], limit=50) == []


def test_drafts_are_left_out_where_they_are_not_wanted_and_transcripts_stay(dog):
    note(dog, ["초안의 구토"], standing=private.DRAFTED)
    note(dog, ["승인된 구토"])
    note(dog, ["녹음의 구토"], kind=private.TRANSCRIPT, standing="")

    def texts(**more):
        found = {hit.passage_id for hit in found_for(dog, "구토", **more)}
        return set(Passage.objects.filter(pk__in=found).values_list("text", flat=True))

    assert texts() == {"초안의 구토", "승인된 구토", "녹음의 구토"}
    assert texts(with_drafts=False) == {"승인된 구토", "녹음의 구토"}


def test_without_its_vector_a_note_is_found_by_words(dog):
    put("about", "구토")
    lexical.refresh_statistics()
    note(dog, ["구토했어요", "양파"])
    PassageVector.objects.filter(is_public=False).delete()

    found = found_for(dog, "구토")

    assert Passage.objects.get(pk=found[0].passage_id).text == "구토했어요"
    assert found[0].score > 0


def test_a_vector_of_a_space_that_is_gone_counts_as_none(dog):
    note(dog, ["구토했어요", "양파"])
    gone = Vector("own/gone", [1.0, 0.0])

    asked = {"owner_id": dog.owner_id, "pet_id": dog.pk}
    assert search_history("구토", gone, **asked) == search_history("구토", None, **asked)


def test_a_broken_statement_is_a_search_error(dog, monkeypatch):
    monkeypatch.setattr("inference.knowledge.search.HISTORY_SQL", "select no_such_column")

    with pytest.raises(SearchError):
        found_for(dog, "구토")
