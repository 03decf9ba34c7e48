"""What a search looks through: the public library, by both halves or one, in a space that is there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inference.knowledge import index, lexical, spaces
from inference.knowledge.embed import LOCAL, Vector
from inference.knowledge.search import CANDIDATES, WORDS_WEIGHT, Query, search
from inference.models import Article, EmbeddingSpace, Passage, PassageVector
from inference.tests.conftest import asking
from inference.tests.small_library import put

pytestmark = pytest.mark.django_db

GRAPE, DANDRUFF = "grape-raisin-toxicosis", "dandruff-seborrhea"
ATE_RAISINS = "건포도를 먹었어요"


def axis(number: int) -> list[float]:
    return [0.0] * number + [1.0]


def pointing(number: int, model: str = LOCAL) -> Vector:
    """A question that means what lies in this direction."""
    return Vector(model, axis(number) + [0.0] * (384 - number - 1))


def hits(text, vector=None, *, halves="hybrid", species="dog", limit=5):
    slugs = dict(Article.objects.values_list("pk", "slug"))
    found = search(Query(text, species, vector, halves), limit=limit)
    return {slugs[hit.article_id]: hit for hit in found}


def test_each_half_alone_is_blind_to_the_other(library):
    by_words = hits(ATE_RAISINS, asking(DANDRUFF), halves="words")
    by_meaning = hits(ATE_RAISINS, asking(DANDRUFF), halves="meaning")

    assert next(iter(by_words)) == GRAPE
    assert {(hit.meaning, hit.score == hit.words) for hit in by_words.values()} == {(0, True)}
    assert next(iter(by_meaning)) == DANDRUFF
    assert {(hit.words, hit.score == hit.meaning) for hit in by_meaning.values()} == {(0, True)}


def test_by_meaning_alone_nothing_is_found_without_a_vector(library):
    assert hits(ATE_RAISINS, halves="meaning") == {}


def test_what_one_half_found_is_measured_by_the_other_as_well():
    """More texts than there are candidates lie nearer by meaning than the one with the word."""
    for number in range(CANDIDATES + 5):
        put(f"near-{number}", "양파", axis(0))
    put("said", "포도 포도", [0.95, 0.312])
    lexical.refresh_statistics()
    space = spaces.live()

    found = hits("포도", pointing(0))

    assert next(iter(found)) == "said"
    meaning = (0.95 - space.floor) / (space.ceiling - space.floor)
    assert found["said"].meaning == pytest.approx(meaning, abs=0.01)
    fused = (1 - WORDS_WEIGHT) * found["said"].meaning + WORDS_WEIGHT * found["said"].words
    assert found["said"].score == pytest.approx(fused)


def test_the_nearest_passage_of_an_article_counts():
    put("one", "포도", axis(3), sections=(("do", "양파"), ("avoid", "감자")))
    far, near = Passage.objects.filter(article__slug="one", position__gt=0).order_by("position")
    PassageVector.objects.filter(passage=far).update(embedding=[0.0] * 383 + [1.0])
    PassageVector.objects.filter(passage=near).update(embedding=[1.0] + [0.0] * 383)
    space = spaces.live()

    found = hits("없는말", pointing(0))

    assert found["one"].meaning == pytest.approx((1 - space.floor) / (space.ceiling - space.floor))


def test_texts_that_may_not_answer_take_no_place_among_the_candidates():
    """They are more than there are candidates and nearer than what may answer."""
    for number in range(CANDIDATES * 2):
        put(f"draft-{number}", "포도", axis(0), status="draft")
        put(f"cat-{number}", "포도", axis(0), species=("cat",))
    put("expired", "포도", axis(0), expires_at=timezone.localdate() - timedelta(days=1))
    put("good", "포도 양파 감자", [0.8, 0.6])
    lexical.refresh_statistics()

    for halves in ("hybrid", "words", "meaning"):
        assert list(hits("포도", pointing(0), halves=halves)) == ["good"], halves
    assert list(hits("포도")) == ["good"]


def test_an_article_for_several_animals_is_found_for_each():
    put("both", "포도", species=("dog", "cat"))
    lexical.refresh_statistics()

    assert [list(hits("포도", species=one)) for one in ("dog", "cat", "bird")] == [
        ["both"], ["both"], [],
    ]  # fmt: skip


def test_the_first_of_equals_is_always_the_same():
    for number in range(8):
        put(f"same-{number}", "포도")
    lexical.refresh_statistics()

    assert list(hits("포도", pointing(0), limit=3)) == ["same-0", "same-1", "same-2"]


def test_a_vector_of_a_space_that_is_gone_leaves_the_words(library):
    gone = Vector("own/gone", [1.0, 0.0])

    found = hits(ATE_RAISINS, gone)

    assert found == hits(ATE_RAISINS)
    assert next(iter(found)) == GRAPE


@pytest.fixture
def other_space(db):
    """A space of another length, with nothing in it."""
    return spaces.space_for("own/bge-m3")


def test_a_vector_is_asked_in_its_own_space_and_no_other(other_space, library):
    spaces.go_live(space=other_space)

    assert next(iter(hits("zzz", asking(DANDRUFF)))) == DANDRUFF
    assert hits("zzz", Vector("own/bge-m3", [1.0] + [0.0] * 1023)) == {}
    assert EmbeddingSpace.objects.live() == other_space


@pytest.fixture
def note(stranger):
    """A private note that says just what is asked, with the very vector of the question."""
    passage = Passage.objects.create(
        kind="soap", owner=stranger, text=ATE_RAISINS, content_hash="x", species=["dog"],
        section="approved",
    )  # fmt: skip
    index.set_words(passage, passage.text, 80)
    PassageVector.objects.create(
        space=spaces.live(), passage=passage, is_public=False, content_hash="x",
        embedding=list(asking(GRAPE).values),
    )  # fmt: skip
    return passage


@pytest.mark.parametrize("halves", ["hybrid", "words", "meaning"])
def test_a_private_note_changes_nothing_of_what_is_found(library, note, halves):
    found = hits(ATE_RAISINS, asking(GRAPE), halves=halves, limit=50)
    note.delete()

    assert found == hits(ATE_RAISINS, asking(GRAPE), halves=halves, limit=50)
    assert set(found) <= set(library)
