"""Runs of indexing that are asked for in the portal, and articles that wait to be indexed."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from inference import indexing, tasks
from inference.knowledge import embed, index, runs, spaces, waiting
from inference.knowledge.embed import LOCAL
from inference.models import Article, EmbeddingSpace, IndexRun, Passage, PassageVector
from inference.tests.board import vet
from inference.tests.conftest import LIBRARY, draft, shipped, store

pytestmark = pytest.mark.django_db

LIST = "admin:inference_indexrun_changelist"
OTHER = "own/bge-m3"


@pytest.fixture
def by():
    return vet("view_indexrun", "add_indexrun", "view_embeddingspace", "view_article")


@pytest.fixture
def portal(client, by):
    client.force_login(by)
    return client


@pytest.fixture
def asked(monkeypatch):
    """Runs handed to the queue, in place of a broker."""
    ids = []
    monkeypatch.setattr("inference.tasks.reindex_library.delay", ids.append)
    return ids


@pytest.fixture
def few(monkeypatch):
    """A folder of the five articles of the tests, and no other."""
    monkeypatch.setattr(index, "read_folder", lambda *_: ([draft(slug) for slug in LIBRARY], {}))


@pytest.fixture
def another_on():
    """Another process that is just indexing, until this is called."""
    begun, ended = threading.Event(), threading.Event()

    def hold():
        with runs.alone():
            begun.set()
            ended.wait(20)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert begun.wait(10)

    def end():
        ended.set()
        thread.join()

    yield end
    end()


def waiting_run(**fields):
    return IndexRun.objects.create(**{"model": LOCAL, **fields})


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def ask(client, **posted):
    return client.post(reverse("admin:inference_indexrun_ask"), posted, follow=True)


def test_a_run_indexes_what_is_new_and_its_row_tells_so(few):
    run = waiting_run()

    assert tasks.reindex_library(run.pk)

    run.refresh_from_db()
    assert (run.status, run.total, run.done, run.failed) == ("done", 5, 5, {})
    assert run.counts == {"new": 5, "changed": 0, "removed": 0, "unchanged": 0}
    assert run.finished_at is not None
    assert set(Article.objects.values_list("slug", flat=True)) == set(LIBRARY)


def test_a_run_is_carried_out_once_however_often_it_is_delivered(few):
    run = waiting_run()
    tasks.reindex_library(run.pk)
    Article.objects.all().delete()

    assert not tasks.reindex_library(run.pk)

    assert not Article.objects.exists()


def test_a_run_waits_behind_another_and_is_taken_up_after_it(few, asked, another_on):
    run = waiting_run()

    assert not tasks.reindex_library(run.pk)

    run.refresh_from_db()
    assert run.status == "waiting"
    assert not Article.objects.exists()
    another_on()
    assert tasks.continue_reindexing() == run.pk
    assert asked == [run.pk]
    assert tasks.reindex_library(run.pk)


def test_what_was_never_enqueued_is_taken_up_oldest_first(asked):
    older, newer = waiting_run(), waiting_run(is_full=True)
    IndexRun.objects.filter(pk=older.pk).update(started_at=timezone.now() - timedelta(minutes=5))

    assert tasks.continue_reindexing() == older.pk
    assert asked == [older.pk]
    assert newer.pk not in asked


def test_nothing_is_taken_up_while_a_run_goes_on(asked, another_on):
    on = waiting_run(status="running")
    waiting_run()

    assert tasks.continue_reindexing() is None

    on.refresh_from_db()
    assert (on.status, asked) == ("running", [])


def test_a_run_that_lost_its_worker_is_started_again_in_a_row_of_its_own(few, asked, by):
    lost = waiting_run(status="running", is_full=True, asked_by=by, done=2, total=5)

    again = tasks.continue_reindexing()
    tasks.reindex_library(again)

    lost.refresh_from_db()
    fresh = IndexRun.objects.get(pk=again)
    assert (lost.status, lost.done) == ("interrupted", 2)
    assert lost.finished_at is not None
    assert (fresh.status, fresh.is_full, fresh.asked_by) == ("done", True, by)


def test_a_command_that_was_killed_is_not_started_by_itself(asked):
    lost = waiting_run(status="running", asked_by=None)

    assert tasks.continue_reindexing() is None

    lost.refresh_from_db()
    assert lost.status == "interrupted"
    assert IndexRun.objects.count() == 1


def test_a_run_that_kills_its_worker_each_time_is_given_up(asked, by):
    waiting_run(status="running", asked_by=by)
    taken = 0
    while tasks.continue_reindexing() is not None:
        IndexRun.objects.filter(status="waiting").update(status="running")
        taken += 1
        assert taken < 10

    assert taken == waiting.MOST_LOSSES - 1
    assert set(IndexRun.objects.values_list("status", flat=True)) == {"interrupted"}


def test_what_breaks_a_run_off_stands_in_its_row(few):
    run = waiting_run(model="nobody/knows")

    with pytest.raises(ValueError, match="unknown embedding model"):
        tasks.reindex_library(run.pk)

    run.refresh_from_db()
    assert run.status == "failed"
    assert "nobody/knows" in run.failed[waiting.BROKEN_OFF]
    with runs.alone():  # and the next run is not kept out
        pass


def test_failures_are_tried_again_alone(few, monkeypatch, by, asked):
    changed = "bad-breath"
    for slug in LIBRARY[:-1]:
        store(slug)
    Article.objects.filter(slug=LIBRARY[0]).update(content_hash="old")
    monkeypatch.setattr("inference.knowledge.index.shipped_vectors", lambda *_: {})
    monkeypatch.setattr("inference.knowledge.embed.embed_passages", _down)
    first = waiting_run()
    tasks.reindex_library(first.pk)
    first.refresh_from_db()
    assert (first.status, set(first.failed)) == ("failed", {changed, LIBRARY[0]})
    assert "the model is away" in first.failed[changed]
    IndexRun.objects.filter(pk=first.pk).update(failed={changed: first.failed[changed]})
    monkeypatch.setattr("inference.knowledge.index.shipped_vectors", lambda *_: shipped())

    retry = indexing.ask_for_run(by=by, only_failed=True)
    tasks.reindex_library(retry.pk)

    retry.refresh_from_db()
    assert (retry.status, retry.done, retry.failed) == ("done", 1, {})
    assert Article.objects.filter(slug=changed).exists()
    assert Article.objects.get(slug=LIBRARY[0]).content_hash == "old"


def test_asking_twice_is_one_promise(by, asked, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = indexing.ask_for_run(by=by)
        second = indexing.ask_for_run(by=by)

    assert (first, asked) == (second, [first.pk])


def test_without_a_failure_there_is_nothing_to_try_again(by, asked):
    waiting_run(status="done", finished_at=timezone.now())

    with pytest.raises(indexing.NothingFailed):
        indexing.ask_for_run(by=by, only_failed=True)

    assert IndexRun.objects.count() == 1


@pytest.mark.parametrize(("what", "is_full"), [("changed", False), ("full", True)])
def test_a_button_promises_a_run(what, is_full, portal, by, asked):
    page = ask(portal, what=what, model="")

    run = IndexRun.objects.get()
    assert (run.status, run.is_full, run.model, run.asked_by) == ("waiting", is_full, LOCAL, by)
    assert "색인을 맡겼어요" in text_of(page)


def test_another_model_can_be_chosen_and_an_unknown_one_is_refused(portal, asked):
    page = ask(portal, what="changed", model="nobody/knows")
    assert "쓸 수 없는 임베딩 모델이에요" in text_of(page)
    assert f'value="{OTHER}"' in page.content.decode()

    ask(portal, what="full", model=OTHER)

    assert list(IndexRun.objects.values_list("model", "is_full")) == [(OTHER, True)]


def test_only_those_who_may_start_a_run(client, asked):
    client.force_login(vet("view_indexrun"))

    page = client.get(reverse(LIST))

    assert page.status_code == 200
    assert reverse("admin:inference_indexrun_ask") not in page.content.decode()
    assert ask(client, what="full").status_code == 403
    assert not IndexRun.objects.exists()


def test_a_link_starts_nothing(portal):
    assert portal.get(reverse("admin:inference_indexrun_ask")).status_code == 405


def test_progress_refreshes_itself_only_while_it_goes_on(portal):
    run = waiting_run(status="running", total=40, done=10)
    detail = reverse("admin:inference_indexrun_change", args=[run.pk])

    going = portal.get(detail).content.decode()
    IndexRun.objects.update(status="done", done=40, finished_at=timezone.now())
    ended = portal.get(detail).content.decode()

    assert re.search(rf'id="index-run-{run.pk}"[^>]*data-refresh="\d+"', going)
    assert re.search(r'<progress[^>]*max="40"[^>]*value="10"', going)
    assert "inference/refresh.js" in going
    assert f'id="index-run-{run.pk}"' in ended
    assert "data-refresh" not in ended


def test_failures_are_listed_with_their_reasons_and_offered_again(portal):
    reason = {"bad-breath": "embedding: <b>the model is away</b>"}
    run = waiting_run(status="failed", failed=reason, finished_at=timezone.now())

    detail = portal.get(reverse("admin:inference_indexrun_change", args=[run.pk])).content.decode()
    listed = portal.get(reverse(LIST)).content.decode()

    assert "bad-breath" in detail
    assert "embedding: &lt;b&gt;the model is away" in detail
    assert 'value="failed"' in listed


def test_the_spaces_are_listed_with_their_vectors(portal, library):
    page = portal.get(reverse("admin:inference_embeddingspace_changelist"))

    held = PassageVector.objects.count()
    assert held > 0
    row = re.sub(r"\s+", " ", page.content.decode().split("<tbody")[1])
    assert LOCAL in row
    assert re.search(rf">\s*{held}\s*<", row)


def test_a_saved_article_is_indexed_without_a_run(library, monkeypatch):
    slug = "bad-breath"
    Passage.objects.filter(article__slug=slug).update(terms=None)
    PassageVector.objects.filter(passage__article__slug=slug).delete()
    Article.objects.filter(slug=slug).update(indexed_at=None, origin="written", status="draft")
    monkeypatch.setattr("inference.knowledge.embed.embed_passages", _shipped_ones)

    assert tasks.index_waiting_articles() == 1

    article = Article.objects.get(slug=slug)
    assert article.indexed_at is not None
    assert article.status == "draft"
    assert article.passages.filter(vectors__isnull=False).count() == article.passages.count()
    assert article.passages.get(position=0).terms is not None
    assert tasks.index_waiting_articles() == 0


def test_an_article_that_cannot_be_embedded_keeps_no_other_waiting(library, monkeypatch):
    Article.objects.filter(slug__in=LIBRARY[:2]).update(indexed_at=None, origin="written")
    bad = Article.objects.get(slug=LIBRARY[0])

    def embed_passages(texts, model):
        return _down() if bad.title in texts[0] else _shipped_ones(texts, model)

    monkeypatch.setattr("inference.knowledge.embed.embed_passages", embed_passages)

    assert tasks.index_waiting_articles() == 1
    assert list(Article.objects.filter(indexed_at=None)) == [bad]


def test_articles_wait_while_a_run_goes_on(library, another_on):
    Article.objects.update(indexed_at=None)

    assert tasks.index_waiting_articles() == 0
    assert Article.objects.filter(indexed_at=None).count() == len(LIBRARY)


def test_a_retired_space_goes_after_its_time_but_not_under_a_run(library, another_on):
    old = timezone.now() - spaces.KEPT_AFTER - timedelta(minutes=1)
    retired = EmbeddingSpace.objects.create(model=OTHER, dimensions=8, retired_at=old)

    under_a_run = tasks.drop_retired_spaces()
    another_on()

    assert (under_a_run, tasks.drop_retired_spaces()) == (0, 1)
    assert not EmbeddingSpace.objects.filter(pk=retired.pk).exists()
    assert EmbeddingSpace.objects.live().model == LOCAL


def _down(*_):
    raise embed.EmbeddingError("the model is away")


def _shipped_ones(texts, _model):
    return [next(iter(shipped().values())) for _ in texts]
