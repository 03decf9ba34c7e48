"""Wherever a source of an answer is shown, it says how its article stands and since when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from drmaum.lib.threads import in_thread
from inference import keeping
from inference.knowledge.showing import label_of
from inference.models import Article, Passage
from inference.tests import conftest
from inference.tests.keeping_world import expire, keeper, reviewing_vet, written
from inference.tests.rule_list import text_of

pytestmark = pytest.mark.django_db
GRAPE = "grape-raisin-toxicosis"


@pytest.fixture
def grape():
    article = conftest.store(GRAPE)
    Article.objects.filter(pk=article.pk).update(checked_at="2026-11-23")
    return Article.objects.get(pk=article.pk)


def reviewed(article):
    return keeping.review_article(article=article, by=reviewing_vet())


def today():
    return f"{timezone.localdate():%Y.%m.%d}"


def test_a_label_tells_the_check_and_its_day(grape):
    assert label_of(grape) == "출처 확인 · 2026.11.23"


def test_a_label_tells_the_vet_and_the_day_of_the_review(grape):
    assert label_of(reviewed(grape)) == f"수의사 검토 · 김수의 · {today()}"


def test_a_label_tells_that_the_time_is_over(grape):
    assert label_of(expire(reviewed(grape))) == f"만료 · {today()}"


def test_a_draft_is_called_a_draft():
    assert label_of(written(keeper())) == f"초안 · {today()}"


def test_the_api_gives_the_label_and_who_reviewed(grape, api):
    passage = Passage.objects.get(article=grape, section="do")
    before = api.get(f"/api/v1/passages/{passage.pk}").json()["article"]
    reviewed(grape)
    after = api.get(f"/api/v1/passages/{passage.pk}").json()["article"]

    assert before["label"] == "출처 확인 · 2026.11.23"
    assert (before["status"], before["checked_at"]) == ("출처 확인", "2026-11-23")
    assert (before["reviewer"], before["reviewed_at"]) == ("", None)
    assert before["is_expired"] is False
    assert after["label"] == f"수의사 검토 · 김수의 · {today()}"
    assert after["reviewer"] == "김수의"


def test_the_page_of_an_article_shows_the_label_and_links_its_sources(grape, client):
    Article.objects.filter(pk=grape.pk).update(
        sources=[
            {"publisher": "MSD", "title": "Grape", "year": 2024, "url": "https://example.org/g?a=1&b=2"},
            {"publisher": "책", "title": "포도"},
            {"publisher": "나쁜", "title": "주소", "url": "javascript:alert(1)"},
        ]
    )  # fmt: skip
    page = client.get(f"/articles/{GRAPE}")
    html, words = page.content.decode(), text_of(page)

    assert "출처 확인 · 2026.11.23" in words
    assert "MSD, Grape (2024)" in words
    assert "책, 포도" in words
    assert "()" not in words
    assert 'href="https://example.org/g?a=1&amp;b=2"' in html
    assert html.count('rel="noopener noreferrer nofollow"') == 1
    assert "javascript:" not in html
    assert "아직 끝나지 않았" not in words


def test_the_page_names_the_vet_who_reviewed(grape, client):
    reviewed(grape)

    words = text_of(client.get(f"/articles/{GRAPE}"))

    assert f"수의사 검토 · 김수의 · {today()}" in words
    assert "수의사 김수의 님이 읽고 확인한 글이에요" in words


def test_neither_a_draft_nor_an_expired_article_has_a_page(grape, client):
    keeping.withdraw_article(article=grape, by=keeper())
    assert client.get(f"/articles/{GRAPE}").status_code == 404
    keeping.check_article(article=grape, by=keeper())
    assert client.get(f"/articles/{GRAPE}").status_code == 200
    expire(grape)
    assert client.get(f"/articles/{GRAPE}").status_code == 404


def test_a_free_article_shows_lists_and_paragraphs_in_their_order(client):
    body = "첫 문단이에요.\n- 하나\n- 둘\n끝 문단이에요.\n\n## 다음 <장>\n\n글이에요."
    article = written(keeper(), body=body)
    keeping.check_article(article=article, by=keeper())

    html = client.get(f"/articles/{article.slug}").content.decode()

    places = [
        html.index(one)
        for one in ("첫 문단", "<li>하나", "<li>둘", "<p>끝 문단", "다음 &lt;장&gt;")
    ]
    assert places == sorted(places)


@pytest.mark.django_db(transaction=True)
async def test_every_source_of_an_answer_carries_its_label(ask, consultation, library, meaning):
    def review():
        return reviewed(library[GRAPE])

    await in_thread(review)()
    answered = await ask(consultation, "강아지가 포도를 먹었어요")

    sources = answered.reply.facts["sources"]
    assert sources
    labels = {one["label"] for one in sources if one["title"].startswith("강아지가 포도")}
    assert labels == {f"수의사 검토 · 김수의 · {today()}"}
    assert all(one["label"].startswith(("출처 확인 · 20", "수의사 검토 · ")) for one in sources)


@pytest.mark.django_db(transaction=True)
async def test_what_is_withdrawn_answers_no_longer(ask, consultation, library, meaning):
    def withdraw():
        return keeping.withdraw_article(article=library[GRAPE], by=keeper())

    await in_thread(withdraw)()
    answered = await ask(consultation, "강아지가 포도를 먹었어요")

    titles = {one["title"] for one in answered.reply.facts["sources"]}
    assert library[GRAPE].title not in titles


def test_the_label_of_an_article_that_expires_tomorrow_is_still_its_own(grape):
    Article.objects.update(expires_at=timezone.localdate() + timedelta(days=1))

    assert label_of(Article.objects.get()) == "출처 확인 · 2026.11.23"
