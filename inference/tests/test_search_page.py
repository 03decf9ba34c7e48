"""The query test of the portal: asked by staff, computed by a worker, seen by nobody else."""

import logging
import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from kombu.exceptions import OperationalError

from inference import search_trial, tasks
from inference.knowledge import embed
from inference.knowledge.search import Query
from inference.models import Article
from inference.pipeline import retrieve
from inference.tests.board import vet
from inference.tests.conftest import asking

pytestmark = pytest.mark.django_db

FORM = "admin:inference_search_trial"
GRAPE = "grape-raisin-toxicosis"
GRAPES = "강아지가 포도를 먹었어요"
RIDDLE = "우주왕복선 발사 일정"


@pytest.fixture
def by():
    return vet("view_article")


@pytest.fixture
def portal(client, by):
    client.force_login(by)
    return client


@pytest.fixture
def queued(monkeypatch):
    """Trials handed to the queue, in place of a broker."""
    ids = []
    monkeypatch.setattr("inference.tasks.try_search.delay", ids.append)
    return ids


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def ask(client, text=GRAPES, species="dog"):
    """The address of the result."""
    return client.post(reverse(FORM), {"text": text, "species": species})["Location"]


def tried(client, queued, text=GRAPES, species="dog"):
    """The page of a finished trial."""
    address = ask(client, text, species)
    tasks.try_search(queued[-1])
    return client.get(address)


def test_the_page_waits_for_a_worker_and_refreshes_itself(portal, queued, library, monkeypatch):
    def never(*_):
        raise AssertionError("the web process embeds")

    with monkeypatch.context() as web:
        web.setattr("inference.knowledge.embed.ask", never)
        web.setattr("inference.knowledge.lexical.morphemes", never)
        address = ask(portal)
        page = portal.get(address)

    body = page.content.decode()
    assert queued == [address.rstrip("/").rpartition("/")[2]]
    assert re.search(r'id="search-result"[^>]*data-refresh="\d+"', body)
    assert "inference/refresh.js" in body
    assert re.search(r'<a[^>]*href=""[^>]*>새로 고침', body)  # without JavaScript


def test_the_result_shows_where_each_score_comes_from(portal, queued, library, meaning):
    page = tried(portal, queued)

    words, body = text_of(page), page.content.decode()
    result = page.context["result"]
    best = result["articles"][0]
    grape = Article.objects.get(slug=GRAPE)
    assert best["id"] == grape.pk
    parts = best["from_words"] + best["from_meaning"] + best["from_danger"]
    assert parts == pytest.approx(best["score"], abs=0.003)
    assert min(best["from_words"], best["from_meaning"]) > 0
    scores = [one["score"] for one in result["articles"]]
    assert scores == sorted(scores, reverse=True)
    assert "data-refresh" not in body
    assert reverse("admin:inference_article_change", args=[grape.pk]) in body
    for shown in (grape.title, "근거 있음", "출처 확인", "인용", "응급", "뜻이 가장 가까운 조각"):
        assert shown in words
    assert body.count('<rect class="is-words"') == len(scores)
    assert re.search(r"임베딩 [\d.]+ ms · 검색 [\d.]+ ms", words)


def test_it_finds_just_what_an_answer_would_build_on(portal, queued, library, meaning):
    result = tried(portal, queued).context["result"]

    hits = retrieve.candidates(Query(GRAPES, "dog", asking(GRAPE)), "emergency")
    assert [one["id"] for one in result["articles"]] == [hit.article_id for hit in hits]
    quoted = [one["id"] for one in result["articles"] if one["is_quoted"]]
    assert quoted == [hit.article_id for hit in retrieve.quotable(hits)]
    assert quoted


def test_the_telling_words_are_listed_with_their_weights(portal, queued, library, meaning):
    page = tried(portal, queued)

    weights = dict(page.context["result"]["morphemes"])
    assert weights["포도"] > 0
    assert max(weights, key=weights.get) in text_of(page)
    assert all(not word.startswith("~") for word in weights)
    assert dict(page.context["result"]["pairs"])


def test_where_nothing_fits_it_says_so(portal, queued, library, monkeypatch):
    monkeypatch.setattr("inference.knowledge.embed.embed_query", lambda *_: [0.0] * 383 + [1.0])

    page = tried(portal, queued, RIDDLE)

    assert "근거 없음" in text_of(page)
    assert not any(one["is_quoted"] for one in page.context["result"]["articles"])


def test_an_article_of_another_species_is_not_found(portal, queued, library, meaning):
    cats_only = Article.objects.get(slug="urethral-obstruction-cat")

    ids = [
        one["id"] for one in tried(portal, queued, "소변을 못 봐요").context["result"]["articles"]
    ]

    assert ids
    assert cats_only.pk not in ids


def test_without_a_vector_words_alone_are_searched_and_it_says_so(
    portal, queued, library, monkeypatch
):
    def down(*_):
        raise embed.EmbeddingError("away")

    monkeypatch.setattr("inference.knowledge.embed.embed_query", down)

    page = tried(portal, queued)

    best = page.context["result"]["articles"][0]
    assert "낱말로만 찾았어요" in text_of(page)
    assert best["from_meaning"] == 0
    assert best["from_words"] + best["from_danger"] == pytest.approx(best["score"], abs=0.003)


def test_only_who_asked_sees_the_result(portal, queued, library, meaning, client):
    address = ask(portal)
    tasks.try_search(queued[-1])
    client.force_login(vet("view_article"))

    assert client.get(address).status_code == 404
    assert client.get(reverse("admin:inference_search_result", args=["made-up"])).status_code == 404


def test_the_result_lies_in_the_cache_for_ten_minutes(portal, queued, library, meaning):
    address = ask(portal)
    tasks.try_search(queued[-1])

    left = cache._cache.get_client().ttl(cache.make_key(search_trial.PREFIX + queued[-1]))
    assert 0 < left <= 600
    cache.clear()
    assert portal.get(address).status_code == 404
    assert tasks.try_search(queued[-1]) is None


def test_what_was_typed_is_in_no_log_and_in_no_task(portal, queued, library, meaning, caplog):
    secret = "보리네 집 강아지 포도"
    with caplog.at_level(logging.DEBUG):
        address = ask(portal, secret)
        tasks.try_search(queued[-1])
        portal.get(address)

    assert secret not in caplog.text
    assert secret not in "".join(queued) + address


def test_a_search_that_fails_is_told_in_a_sentence(portal, queued, library, meaning, monkeypatch):
    def broken(*_, **__):
        raise search_trial.SearchError("boom")

    monkeypatch.setattr("inference.search_trial.retrieve.candidates", broken)

    page = tried(portal, queued)

    assert "지금은 검색할 수 없어요" in text_of(page)
    assert "data-refresh" not in page.content.decode()


def test_without_a_broker_or_a_cache_it_says_so(portal, monkeypatch, request):
    def away(_):
        raise OperationalError

    monkeypatch.setattr("inference.tasks.try_search.delay", away)
    without_broker = portal.post(reverse(FORM), {"text": GRAPES, "species": "dog"}, follow=True)
    request.getfixturevalue("dead_cache")
    without_cache = portal.post(reverse(FORM), {"text": GRAPES, "species": "dog"}, follow=True)
    result = portal.get(reverse("admin:inference_search_result", args=["any"]), follow=True)

    for page in (without_broker, without_cache, result):
        assert page.status_code == 200
        assert "지금은 시험할 수 없어요" in text_of(page)


@pytest.mark.parametrize("posted", [{"text": "", "species": "dog"}, {"text": "a", "species": "원숭이"}])  # fmt: skip
def test_a_question_that_is_none_is_not_asked(portal, queued, posted):
    page = portal.post(reverse(FORM), posted)

    assert page.status_code == 200
    assert queued == []


def test_only_staff_who_may_read_articles(client, owner, queued):
    client.force_login(vet("view_indexrun"))
    refused = [
        client.get(reverse(FORM)),
        client.post(reverse(FORM), {"text": "a", "species": "dog"}),
    ]
    client.force_login(owner)
    sent_away = client.get(reverse(FORM))

    assert [page.status_code for page in refused] == [403, 403]
    assert sent_away.status_code == 302
    assert queued == []
