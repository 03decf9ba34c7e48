"""The library in the database: what a reindex finds, does, and leaves alone."""

import json
import shutil
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from inference.knowledge import embed, index, runs
from inference.knowledge.loading import pieces
from inference.models import Article, IndexRun, Passage
from inference.tests.conftest import draft, vector_of

pytestmark = pytest.mark.django_db

GRAPE, DANDRUFF, BREATH = "grape-raisin-toxicosis", "dandruff-seborrhea", "bad-breath"


@pytest.fixture
def folder(tmp_path):
    """A folder with two built-in articles."""
    for slug in (GRAPE, DANDRUFF):
        shutil.copy(index.FOLDER / f"{slug}.md", tmp_path)
    return tmp_path


@pytest.fixture
def computed(monkeypatch):
    """The texts for which a vector had to be computed, in place of the model."""
    texts = []

    def embed_passages(asked, _model):
        texts.extend(asked)
        return np.array([vector_of(GRAPE) for _ in asked], dtype=np.float32)

    monkeypatch.setattr("inference.knowledge.embed.embed_passages", embed_passages)
    return texts


def compare(folder, *, is_full=False):
    return runs.plan(folder=folder, is_full=is_full)


def reindex(folder, *, is_full=False):
    drafts, found = compare(folder, is_full=is_full)
    for _done in runs.execute(IndexRun(is_full=is_full), drafts, found):
        pass
    return found


def reviewed(slug, vet):
    """As after a vet's review of the text as it stands."""
    Article.objects.filter(slug=slug).update(
        status="vet_reviewed", reviewed_by=vet, reviewed_at=timezone.now()
    )


def edit(folder, slug, old, new):
    file = folder / f"{slug}.md"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_first_run_stores_all_and_computes_nothing(folder, computed):
    found = reindex(folder)

    assert sorted(found.new) == [DANDRUFF, GRAPE]
    assert Article.objects.count() == 2
    assert Passage.objects.filter(article__slug=GRAPE).count() == len(pieces(draft(GRAPE)))
    assert computed == []


def test_a_second_run_finds_nothing_to_do(folder):
    reindex(folder)

    _, found = compare(folder)

    assert sorted(found.unchanged) == [DANDRUFF, GRAPE]
    assert found.new == found.changed == found.removed == []


def test_a_changed_article_computes_its_changed_piece_only(folder, computed):
    reindex(folder)
    edit(folder, GRAPE, "남은 포도는", "남아 있는 포도는")

    found = reindex(folder)

    assert (found.changed, found.unchanged) == ([GRAPE], [DANDRUFF])
    assert len(computed) == 1
    assert "남아 있는 포도는" in computed[0]
    texts = Passage.objects.filter(article__slug=GRAPE, section="do").values_list("text", flat=True)
    assert "남아 있는 포도는" in texts[0]
    assert Passage.objects.filter(article__slug=GRAPE).count() == len(pieces(draft(GRAPE)))


def test_a_removed_file_removes_article_and_passages(folder):
    reindex(folder)
    (folder / f"{GRAPE}.md").unlink()

    found = reindex(folder)

    assert found.removed == [GRAPE]
    assert not Passage.objects.filter(article__slug=GRAPE).exists()
    assert Article.objects.get().slug == DANDRUFF


def test_an_unreadable_file_keeps_its_old_article(folder):
    reindex(folder)
    (folder / f"{GRAPE}.md").write_text("이건 문서가 아니에요.", encoding="utf-8")

    found = reindex(folder)

    assert list(found.failed) == [GRAPE]
    assert found.removed == []
    assert Passage.objects.filter(article__slug=GRAPE).exists()


def test_without_a_model_a_changed_article_keeps_its_old_passages(folder, monkeypatch):
    def broken(_texts, _model):
        raise embed.EmbeddingError("no model")

    reindex(folder)
    monkeypatch.setattr("inference.knowledge.embed.embed_passages", broken)
    edit(folder, GRAPE, "남은 포도는", "남아 있는 포도는")
    edit(folder, DANDRUFF, "category: skin", "category: other")

    found = reindex(folder)

    assert found.failed == {GRAPE: "embedding: no model"}
    assert Article.objects.get(slug=GRAPE).content_hash == draft(GRAPE).content_hash
    old = Passage.objects.get(article__slug=GRAPE, section="do")
    assert "남은 포도는" in old.text
    assert Article.objects.get(slug=DANDRUFF).category == "other"


def test_a_bad_date_in_one_article_does_not_stop_the_others(folder):
    edit(folder, DANDRUFF, "expires_at: ", "expires_at: 언젠가 ")

    found = reindex(folder)

    assert list(found.failed) == [DANDRUFF]
    assert Article.objects.get().slug == GRAPE


def test_a_full_run_stores_unchanged_articles_again(folder):
    reindex(folder)
    before = Article.objects.get(slug=GRAPE).indexed_at

    found = reindex(folder, is_full=True)

    assert sorted(found.changed) == [DANDRUFF, GRAPE]
    assert Article.objects.get(slug=GRAPE).indexed_at > before


def test_a_full_run_keeps_a_vets_review_of_an_unchanged_article(folder, stranger):
    reindex(folder)
    reviewed(GRAPE, stranger)

    reindex(folder, is_full=True)

    assert Article.objects.get(slug=GRAPE).status == "vet_reviewed"


def test_a_changed_article_needs_its_review_again(folder, computed, stranger):
    reindex(folder)
    reviewed(GRAPE, stranger)
    edit(folder, GRAPE, "남은 포도는", "남아 있는 포도는")

    reindex(folder)

    assert Article.objects.get(slug=GRAPE).status == "source_checked"


def test_the_librarys_version_changes_with_the_library(folder, computed):
    versions = [index.library_version()]
    reindex(folder)
    versions.append(index.library_version())
    edit(folder, GRAPE, "남은 포도는", "남아 있는 포도는")
    reindex(folder)
    versions.append(index.library_version())
    (folder / f"{GRAPE}.md").unlink()
    reindex(folder)
    versions.append(index.library_version())

    assert len(set(versions)) == 4
    reindex(folder)
    assert index.library_version() == versions[-1]


@pytest.mark.parametrize("change", [{"status": "draft"}, {"expires_at": "2020-01-01"}])
def test_an_article_that_may_no_longer_answer_changes_the_librarys_version(folder, change):
    """Or an answer that cites it would be given from the cache for a week."""
    reindex(folder)
    before = index.library_version()

    Article.objects.filter(slug=GRAPE).update(**change)

    assert index.library_version() != before


def test_the_command_tells_what_it_would_do_and_does_nothing(folder):
    out = StringIO()

    call_command("reindex_knowledge", "--dry-run", "--json", folder=folder, stdout=out)

    assert sorted(json.loads(out.getvalue())["new"]) == [DANDRUFF, GRAPE]
    assert Article.objects.count() == 0


def test_the_command_fails_when_an_article_failed(folder):
    (folder / "broken.md").write_text("없음", encoding="utf-8")
    err = StringIO()

    with pytest.raises(CommandError, match="1 failed"):
        call_command("reindex_knowledge", folder=folder, stdout=StringIO(), stderr=err)

    assert "broken: no front matter" in err.getvalue()
    assert Article.objects.count() == 2


def test_shipping_computes_what_is_missing_and_drops_what_is_gone(tmp_path, monkeypatch, computed):
    monkeypatch.setattr(index, "SHIPPED", tmp_path / "vectors.npz")
    assert index.shipped_vectors() == {}
    list(index.ship_vectors([draft(GRAPE), draft(BREATH)]))
    first = len(computed)

    list(index.ship_vectors([draft(GRAPE), draft(DANDRUFF)]))

    assert first == len(pieces(draft(GRAPE))) + len(pieces(draft(BREATH)))
    assert len(computed) - first == len(pieces(draft(DANDRUFF)))
    kept = [*pieces(draft(GRAPE)), *pieces(draft(DANDRUFF))]
    assert set(index.shipped_vectors()) == {piece.content_hash for piece in kept}
