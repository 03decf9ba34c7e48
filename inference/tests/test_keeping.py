"""Who vouches for an article, for how long, and what takes it away."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from inference import keeping
from inference.knowledge import index, spaces
from inference.models import Article, Passage
from inference.owners_eyes import NotForOwners
from inference.tests import conftest
from inference.tests.board import vet
from inference.tests.files import FREE
from inference.tests.keeping_world import (
    BODY,
    DOSE,
    brought_in,
    expire,
    keeper,
    reviewing_vet,
    written,
)

pytestmark = pytest.mark.django_db
GRAPE = "grape-raisin-toxicosis"


@pytest.fixture
def grape():
    return conftest.store(GRAPE)


def shipped_again(**changes):
    """What the next reindex does with the file, which may have changed meanwhile."""
    from dataclasses import replace

    draft = replace(conftest.draft(GRAPE), **changes)
    vectors = index.vectors_of(draft, conftest.shipped(), spaces.live().model)
    index.store_article(draft=draft, space=spaces.live(), vectors=vectors)
    return Article.objects.get(slug=GRAPE)


def answering():
    return set(Article.objects.answering().values_list("slug", flat=True))


def edited(article, by, **fields):
    for name, value in fields.items():
        setattr(article, name, value)
    return keeping.write_article(article=article, by=by)


def test_what_is_written_is_a_draft_that_does_not_answer():
    by = keeper()
    article = written(by)

    assert (article.status, article.origin, article.added_by) == ("draft", "written", by)
    assert article.slug not in answering()
    assert article.indexed_at is None
    texts = article.passages.order_by("position").values_list("section", flat=True)
    assert list(texts) == ["says", "maybe", "danger", "do"]


def test_a_draft_that_was_checked_answers_from_that_day():
    by = keeper()
    article = written(by)
    Article.objects.filter(pk=article.pk).update(checked_at="2020-01-01")

    checked = keeping.check_article(article=article, by=by)

    assert (checked.status, checked.checked_at) == ("source_checked", timezone.localdate())
    assert article.slug in answering()
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.get_change_message()) == (
        by, str(article.pk), "출처 확인",
    )  # fmt: skip


def test_a_vet_reviews_by_name_and_a_later_check_leaves_that_alone():
    doctor = reviewing_vet()
    article = written(keeper())

    keeping.review_article(article=article, by=doctor)
    keeping.check_article(article=article, by=keeper())

    article.refresh_from_db()
    assert (article.status, article.reviewed_by) == ("vet_reviewed", doctor)
    assert timezone.localdate(article.reviewed_at) == timezone.localdate()


def test_only_a_vet_with_the_permission_and_a_name_reviews():
    article, nameless = written(keeper()), reviewing_vet()
    nameless.name = " "
    nameless.save()

    with pytest.raises(keeping.NotAReviewingVet):
        keeping.review_article(article=article, by=keeper())
    with pytest.raises(keeping.ReviewerNameless):
        keeping.review_article(article=article, by=nameless)
    assert Article.objects.get().status == "draft"


@pytest.mark.parametrize(
    "change",
    [
        {"body": BODY.replace("불빛", "밝은 빛")},
        {"title": "다른 제목"},
        {"urgency": "urgent"},
        {"species": ["dog", "cat"]},
        {"says": ["다른 말"]},
        {"sources": [{"publisher": "병원", "title": "다른 안내서"}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_of_a_reviewed_text_takes_the_review_away(change):
    article = keeping.review_article(article=written(keeper()), by=reviewing_vet())
    Article.objects.update(indexed_at=timezone.now())

    edited(article, keeper(), **change)

    article.refresh_from_db()
    assert (article.status, article.reviewed_by, article.reviewed_at) == ("draft", None, None)
    assert article.indexed_at is None


def test_a_save_without_a_change_keeps_the_review():
    article = keeping.review_article(article=written(keeper()), by=reviewing_vet())
    day = timezone.localdate() + timedelta(days=40)

    edited(article, keeper(), expires_at=day)

    article.refresh_from_db()
    assert (article.status, article.expires_at) == ("vet_reviewed", day)


def test_an_edit_is_read_at_once_and_citations_keep_their_address():
    article = written(keeper())
    before = Passage.objects.get(article=article, section="do")

    edited(article, keeper(), body=BODY.replace("불빛", "밝은 빛"))

    after = Passage.objects.get(article=article, section="do")
    assert after.pk == before.pk
    assert "밝은 빛" in after.text


@pytest.mark.parametrize("days", [0, -1, 365 * 4])
def test_a_term_lies_between_tomorrow_and_three_years(days):
    by, day = keeper(), timezone.localdate() + timedelta(days=days)

    with pytest.raises(keeping.WrongTerm):
        written(by, expires_at=day)
    with pytest.raises(keeping.WrongTerm):
        keeping.extend(article=written(by), by=by, expires_at=day)


def test_an_expired_article_is_vouched_for_only_after_its_term_was_extended():
    by = keeper()
    article = expire(keeping.check_article(article=written(by), by=by))
    assert article.slug not in answering()
    with pytest.raises(keeping.ArticleExpired):
        keeping.check_article(article=article, by=by)
    with pytest.raises(keeping.ArticleExpired):
        keeping.review_article(article=article, by=reviewing_vet())

    keeping.extend(article=article, by=by, expires_at=timezone.localdate() + timedelta(days=9))

    assert article.slug in answering()


def test_a_text_with_a_dose_is_neither_written_nor_vouched_for():
    by = keeper()
    with pytest.raises(NotForOwners) as caught:
        written(by, body=f"## 지금 할 일\n\n- {DOSE}")
    assert caught.value.sentence == DOSE
    brought_in(FREE + f"\n- {DOSE}\n")
    article = Article.objects.get()

    with pytest.raises(NotForOwners):
        keeping.check_article(article=article, by=by)
    with pytest.raises(NotForOwners):
        keeping.review_article(article=article, by=reviewing_vet())


def test_an_article_without_a_text_is_vouched_for_by_nobody():
    article = written(keeper())
    Article.objects.update(body="")

    with pytest.raises(keeping.EmptyArticle):
        keeping.check_article(article=article, by=keeper())


@pytest.mark.parametrize(
    "act",
    [
        lambda article, by: keeping.write_article(article=article, by=by),
        lambda article, by: keeping.check_article(article=article, by=by),
        lambda article, by: keeping.withdraw_article(article=article, by=by),
        lambda article, by: keeping.extend(
            article=article, by=by, expires_at=timezone.localdate() + timedelta(days=9)
        ),
    ],
    ids=["write", "check", "withdraw", "extend"],
)
def test_nobody_keeps_the_library_without_permission(act):
    article = written(keeper())

    with pytest.raises(keeping.NotAKeeper):
        act(article, vet("view_article"))


def test_the_text_of_a_shipped_article_stays(grape):
    with pytest.raises(keeping.ShippedTextStays):
        edited(grape, keeper(), title="다른 제목")

    assert Article.objects.get().title == conftest.draft(GRAPE).title


def test_a_reindex_keeps_review_and_term_of_a_shipped_article(grape):
    doctor, day = reviewing_vet(), timezone.localdate() + timedelta(days=900)
    keeping.review_article(article=grape, by=doctor)
    keeping.extend(article=grape, by=keeper(), expires_at=day)

    same = shipped_again()
    assert (same.status, same.reviewed_by, same.expires_at) == ("vet_reviewed", doctor, day)

    changed = shipped_again(content_hash="another", body=conftest.draft(GRAPE).body + "\n- 더")
    assert (changed.status, changed.reviewed_by) == ("source_checked", None)
    assert changed.expires_at == conftest.draft(GRAPE).expires_at


def test_a_shipped_article_stays_withdrawn_until_its_text_changes(grape):
    keeping.withdraw_article(article=grape, by=keeper())
    assert GRAPE not in answering()

    assert shipped_again().status == "draft"
    assert shipped_again(content_hash="with a new synonym").status == "draft"
    rewritten = {"content_hash": "rewritten", "body": conftest.draft(GRAPE).body + "\n- 더"}
    assert shipped_again(**rewritten).status == "source_checked"


def test_a_reindex_does_not_undo_an_edit_that_was_made_during_it():
    article = written(keeper())
    stale = index.draft_of(article)
    edited(article, keeper(), title="그 사이에 고친 제목")

    with pytest.raises(index.Superseded):
        index.store_article(draft=stale, space=spaces.live(), vectors=[])

    assert Article.objects.get().title == "그 사이에 고친 제목"


def test_what_is_brought_in_again_is_updated_and_a_draft_again():
    by = keeper()
    assert len(brought_in().new) == 1
    keeping.check_article(article=Article.objects.get(), by=by)

    assert len(brought_in().unchanged) == 1
    assert Article.objects.get().status == "source_checked"
    assert len(brought_in(FREE.replace("냄새", "악취")).changed) == 1
    article = Article.objects.get()
    assert (article.status, article.origin) == ("draft", "imported")
    assert "악취" in article.passages.get(section="집에서 볼 것").text


def test_bringing_it_in_again_and_vouching_renews_check_and_term():
    day = timezone.localdate() + timedelta(days=700)
    brought_in()
    expire(Article.objects.get())

    brought_in(is_checked=True, expires_at=day)

    article = Article.objects.get()
    assert (article.status, article.expires_at) == ("source_checked", day)


def test_vouching_for_what_no_owner_may_read_leaves_a_draft_and_says_why():
    found = brought_in(FREE + f"\n- {DOSE}\n", is_checked=True)

    assert list(found.held.values()) == [DOSE]
    assert Article.objects.get().status == "draft"


def test_what_was_edited_in_the_portal_is_not_overwritten_by_its_file():
    brought_in()
    edited(Article.objects.get(), keeper(), title="고친 제목")

    found = brought_in(FREE.replace("냄새", "악취"))

    assert len(found.refused) == 1
    article = Article.objects.get()
    assert article.title == "고친 제목"
    assert "악취" not in article.body


def test_parts_that_a_shorter_document_no_longer_has_are_withdrawn():
    long = "# 책\n\n" + "\n\n".join(f"## {n}장\n\n" + "이야기예요. " * 300 for n in range(9))
    first = brought_in(long, is_checked=True)
    assert len(first.new) > 2

    shorter = brought_in("# 책\n\n짧아진 이야기예요.", is_checked=True)

    assert len(shorter.withdrawn) == len(first.new) - 1
    assert len(answering()) == 1


def test_a_save_asks_for_an_index_when_it_is_committed(
    monkeypatch, django_capture_on_commit_callbacks
):
    asked = []
    monkeypatch.setattr("inference.tasks.index_waiting_articles.delay", lambda: asked.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        article = written(keeper())
        assert asked == []
    assert asked == [1]

    with django_capture_on_commit_callbacks(execute=True):
        keeping.check_article(article=article, by=keeper())
    assert asked == [1]
