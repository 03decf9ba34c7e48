"""Hybrid search: what owners say finds the right article, and nothing that is not for them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from inference.knowledge import embed, search
from inference.knowledge.search import Query, SearchError
from inference.llm.base import Material
from inference.models import Article, Passage
from inference.pipeline import retrieve
from inference.tests.conftest import asking, send

pytestmark = pytest.mark.django_db

GRAPE, URETHRA = "grape-raisin-toxicosis", "urethral-obstruction-cat"
DOG_ONLY = "acute-vomiting-dog"


def found(text, species="dog", vector=None, limit=5):
    hits = search.search(Query(text, species, vector), limit=limit)
    slugs = dict(Article.objects.values_list("pk", "slug"))
    return [slugs[hit.article_id] for hit in hits]


def hit(article, score):
    return search.Hit(
        article_id=article.pk, score=score, meaning=score, words=0, urgency=article.urgency
    )


@pytest.mark.parametrize(
    ("text", "species", "slug"),
    [
        ("산책하다가 샤인머스캣 한 알을 주워 먹었어요", "dog", GRAPE),
        ("건포도 들어간 빵을 훔쳐 먹었는데 어쩌죠", "dog", GRAPE),
        ("화장실을 들락날락하는데 소변이 한 방울도 안 나와요", "cat", URETHRA),
        ("숫냥이가 쉬를 못 하고 계속 울어요", "cat", URETHRA),
        ("등에 하얀 각질이 우수수 떨어져요", "dog", "dandruff-seborrhea"),
    ],
)
def test_owners_words_find_their_article(library, text, species, slug):
    assert found(text, species, embed.ask(text))[0] == slug


def test_words_alone_find_the_article(library):
    assert found("건포도를 먹었어요")[0] == GRAPE


def test_meaning_alone_finds_the_article(library):
    assert found("zzz", vector=asking("dandruff-seborrhea"))[0] == "dandruff-seborrhea"


def test_both_halves_count(library):
    [first, *_] = search.search(Query("건포도를 먹었어요", "dog", asking(GRAPE)))

    assert first.article_id == library[GRAPE].pk
    assert first.meaning > 0.5
    assert first.words > 0.5
    fused = (1 - search.WORDS_WEIGHT) * first.meaning + search.WORDS_WEIGHT * first.words
    assert first.score == pytest.approx(fused)


def test_an_article_of_another_species_is_not_found(library):
    vector = asking(DOG_ONLY)

    assert DOG_ONLY in found("토하고 구토해요", "dog", vector)
    assert DOG_ONLY not in found("토하고 구토해요", "cat", vector)
    assert found("토하고 구토해요", "reptile", vector) == []


@pytest.mark.parametrize("has_vector", [True, False])
@pytest.mark.parametrize(
    "change",
    [
        {"status": "draft"},
        {"expires_at": timezone.localdate()},
        {"expires_at": timezone.localdate() - timedelta(days=1)},
    ],
    ids=["draft", "expires today", "expired"],
)
def test_an_article_that_may_not_answer_is_not_found(library, change, has_vector):
    vector = asking(GRAPE) if has_vector else None
    assert GRAPE in found("건포도를 먹었어요", vector=vector)

    Article.objects.filter(slug=GRAPE).update(**change)

    assert GRAPE not in found("건포도를 먹었어요", vector=vector)


def test_a_vet_reviewed_article_is_found(library, stranger):
    Article.objects.filter(slug=GRAPE).update(
        status="vet_reviewed", reviewed_by=stranger, reviewed_at=timezone.now()
    )

    assert found("건포도를 먹었어요")[0] == GRAPE


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "?!…", "'; drop table inference_passage; --", "포도' & | ! :* <-> ()",
        "포도\\ \"\x00\"", "🍇🍇🍇", "포" * 4000, "a:b & c", "%s %(species)s",
    ],
)  # fmt: skip
def test_no_text_breaks_the_search(library, text):
    found(text)
    found(text, vector=asking(GRAPE))

    assert Article.objects.count() == len(library)


def test_nothing_to_search_by_finds_nothing(library):
    assert found("") == []


def test_an_empty_library_finds_nothing(db):
    assert found("포도를 먹었어요", vector=asking(GRAPE)) == []


def test_the_limit_is_kept(library):
    assert len(found("강아지 구토 냄새 포도 비듬", vector=asking(GRAPE), limit=2)) == 2


def test_a_broken_search_leaves_the_transaction_whole(library, monkeypatch):
    monkeypatch.setattr(search, "SQL", "select no_such_column")

    with pytest.raises(SearchError):
        found("포도를 먹었어요")

    with connection.cursor() as cursor:
        cursor.execute("select 1")
        assert cursor.fetchone() == (1,)


@pytest.fixture
def note(stranger):
    """A passage of another owner's K-SOAP note, as near to the question as can be."""
    return Passage.objects.create(
        kind="soap", owner=stranger, text="건포도를 먹었던 남의 강아지", content_hash="x",
        species=["dog"],
    )  # fmt: skip


def test_another_owners_note_is_never_found(library, note, owner):
    query = Query("건포도를 먹었어요", "dog", asking(GRAPE))

    materials = retrieve.filter_hits(search.search(query))

    assert materials != ()
    assert note.pk not in {material.passage_id for material in materials}


def test_a_note_is_visible_to_its_owner_alone(library, note, owner, stranger):
    assert note in Passage.objects.visible_to(stranger)
    assert note not in Passage.objects.visible_to(owner)
    assert Passage.objects.visible_to(owner).count() == Passage.objects.exclude(pk=note.pk).count()


def test_another_owners_note_cannot_be_fetched(library, note, api):
    assert api.get(f"/api/v1/passages/{note.pk}").status_code == 404


def test_a_cited_passage_can_be_fetched(library, api):
    passage = Passage.objects.get(article__slug=GRAPE, section="do")

    answer = api.get(f"/api/v1/passages/{passage.pk}")

    assert answer.status_code == 200
    assert answer.json()["text"] == passage.text


def test_a_good_article_gives_all_its_quotable_sections(library):
    hits = search.search(Query("건포도를 먹었어요", "dog", asking(GRAPE)))

    materials = retrieve.filter_hits(hits[:1])

    assert [material.number for material in materials] == [1, 2, 3, 4, 5, 6, 7]
    assert all(isinstance(material, Material) for material in materials)
    assert "says" not in {material.section for material in materials}
    assert {material.article_title for material in materials} == {library[GRAPE].title}


def test_an_article_far_behind_the_best_gives_nothing(library):
    best, near, far = (
        hit(library[GRAPE], 0.9),
        hit(library[DOG_ONLY], 0.8),
        hit(library[URETHRA], 0.5),
    )

    titles = {one.article_title for one in retrieve.filter_hits([best, near, far])}

    assert titles == {library[GRAPE].title, library[DOG_ONLY].title}


def test_where_the_rules_saw_danger_an_article_about_danger_comes_first(
    library, consultation, enqueued, meaning
):
    from inference import jobs
    from inference.pipeline import context

    meaning("bad-breath")
    claim = jobs.claim(send(consultation, "강아지가 포도를 먹었는데 입냄새가 나요").pk)
    question = context.question_of(claim)
    facts = context.gather(question)
    vector = retrieve.embed_question(question, facts)
    plain = search.search(Query(question.text, "dog", vector))

    weighed = retrieve.find(question, facts, vector)

    scores = {one.article_id: one.score for one in plain}
    gained = {one.urgency: one.score - scores[one.article_id] for one in weighed}
    assert gained["emergency"] == pytest.approx(retrieve.FLAG_BONUS)
    assert gained["soon"] == 0
    assert [one.score for one in weighed] == sorted((o.score for o in weighed), reverse=True)


def test_the_article_on_the_danger_that_was_found_comes_before_its_neighbours(library):
    """A short cry leads to the blocked bladder, whatever else shares its words."""
    cry = "고양이가 오줌을 못 싸요"
    asked = Query(cry, "cat", embed.ask(cry), red_flags=("urine_blocked_cat",))

    [first, *_] = retrieve.candidates(asked, "emergency")

    assert (first.article_id, first.is_flagged) == (library[URETHRA].pk, True)


def test_below_the_threshold_there_is_no_evidence(library, settings):
    settings.RETRIEVAL_LEAST_SCORE = 0.7

    assert retrieve.filter_hits([hit(library[GRAPE], 0.6)]) == ()
    assert retrieve.filter_hits([hit(library[GRAPE], 0.7)]) != ()
    assert retrieve.filter_hits([]) == ()


def test_without_a_vector_the_words_have_a_threshold_of_their_own(library, settings):
    settings.RETRIEVAL_LEAST_SCORE, settings.RETRIEVAL_LEAST_WORDS = 0.9, 0.3
    by_words = replace(hit(library[GRAPE], 0.4), meaning=0.0)

    assert retrieve.filter_hits([by_words]) != ()
    assert retrieve.filter_hits([replace(by_words, score=0.2)]) == ()
    assert retrieve.filter_hits([hit(library[GRAPE], 0.4)]) == ()


def test_a_claimed_job_finds_its_article(library, consultation, enqueued, meaning):
    """Retrieval as the pipeline calls it, from a claimed job to an article."""
    from inference import jobs
    from inference.pipeline import context

    claim = jobs.claim(send(consultation, "강아지가 건포도를 먹었어요").pk)
    question = context.question_of(claim)
    facts = context.gather(question)

    hits = retrieve.find(question, facts, retrieve.embed_question(question, facts))

    assert hits[0].article_id == library[GRAPE].pk
