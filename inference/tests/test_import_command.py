"""`manage.py import_knowledge`: files in, articles that are found at once out."""

import json
from datetime import date
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, ManagementUtility, call_command
from django.utils import timezone

from inference.knowledge import embed, runs
from inference.knowledge.search import Query, search
from inference.models import Article, IndexRun
from inference.tests.conftest import asking, vector_of
from inference.tests.files import FREE, OURS, blank_pdf
from inference.tests.keeping_world import DOSE

pytestmark = pytest.mark.django_db
GRAPE = "grape-raisin-toxicosis"
SOURCE = {"publisher": "병원", "title": "안내서", "licence": "허락받음"}


@pytest.fixture(autouse=True)
def _vectors(monkeypatch):
    """All passages mean the same, in place of the model."""

    def embed_passages(texts, _model):
        return np.array([vector_of(GRAPE) for _text in texts], dtype=np.float32)

    monkeypatch.setattr(embed, "embed_passages", embed_passages)


@pytest.fixture
def note(tmp_path):
    file = tmp_path / "ear.md"
    file.write_text(FREE, encoding="utf-8")
    return file


def bring(*files, **options):
    out, err = StringIO(), StringIO()
    names = [str(file) for file in files]
    given = {**SOURCE, **options}
    try:
        call_command("import_knowledge", *names, json=True, stdout=out, stderr=err, **given)
        code = 0
    except CommandError as error:
        code = error.returncode
        err.write(str(error))
    return code, json.loads(out.getvalue()) if out.getvalue() else {}, err.getvalue()


def test_a_file_is_stored_indexed_and_found(note):
    code, told, _ = bring(note, checked=True, species=("dog",))

    assert (code, len(told["new"])) == (0, 1)
    article = Article.objects.get()
    assert article.indexed_at is not None
    hits = search(Query("강아지가 귀를 털어요", "dog", asking(GRAPE)))
    assert [hit.article_id for hit in hits] == [article.pk]
    assert hits[0].words > 0
    assert hits[0].meaning > 0


def test_without_a_person_who_vouches_nothing_answers(note):
    bring(note)

    assert Article.objects.get().status == "draft"
    assert search(Query("강아지가 귀를 털어요", "dog", asking(GRAPE))) == []


def test_a_dry_run_stores_nothing(note):
    code, told, _ = bring(note, dry_run=True)

    assert code == 0
    assert told["would_store"][0].startswith("귀를 자주 터는 강아지 [")
    assert not Article.objects.exists()


def test_good_files_come_in_and_bad_ones_are_named_with_their_reason(note, tmp_path):
    picture = tmp_path / "scan.pdf"
    picture.write_bytes(blank_pdf())

    code, told, err = bring(note, picture)

    assert code == 1
    assert len(told["new"]) == 1
    assert "pictures without text" in told["skipped"][str(picture)]
    assert f"skipped: {picture}" in err


def test_the_same_article_in_two_files_comes_in_once(note, tmp_path):
    twin = tmp_path / "ear.markdown"
    twin.write_text(FREE, encoding="utf-8")

    code, told, _ = bring(note, twin)

    assert (code, len(told["new"])) == (1, 1)
    assert "another file" in told["skipped"][str(twin)]


@pytest.mark.parametrize("missing", list(SOURCE))
def test_source_and_licence_are_required(note, missing):
    code, told, _ = bring(note, **{missing: ""})

    assert code == 1
    assert "missing" in told["skipped"][str(note)]
    assert not Article.objects.exists()


def test_what_the_file_says_needs_no_arguments(tmp_path):
    file = tmp_path / "ear.md"
    file.write_text(OURS, encoding="utf-8")

    assert bring(file, publisher="", title="", licence="")[0] == 0


def test_a_sentence_that_no_owner_may_read_is_held_back(note):
    note.write_text(FREE + f"\n- {DOSE}\n", encoding="utf-8")

    code, told, err = bring(note, checked=True)

    assert code == 1
    assert list(told["held"].values()) == [DOSE]
    assert DOSE in err
    assert Article.objects.get().status == "draft"


def test_without_a_model_it_is_stored_and_waits_for_the_next_reindex(note, monkeypatch):
    def broken(_texts, _model):
        raise embed.EmbeddingError("no model")

    monkeypatch.setattr(embed, "embed_passages", broken)

    code, told, _ = bring(note)

    assert code == 1
    assert list(told["not_indexed"].values()) == ["embedding: no model"]
    assert Article.objects.get().indexed_at is None
    _drafts, difference = runs.plan()
    assert Article.objects.get().slug in difference.new


@pytest.mark.django_db(transaction=True)
def test_during_another_run_it_is_stored_and_waits(note, monkeypatch):
    def busy():
        raise runs.AlreadyRunning

    monkeypatch.setattr("inference.knowledge.catching_up.alone", busy)

    code, told, _ = bring(note)

    assert code == 1
    assert "another run" in told["not_indexed"]["index"]
    assert Article.objects.get().indexed_at is None
    assert not IndexRun.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        ["--species", "dragon"],
        ["--urgency", "maybe"],
        ["--category", "what"],
        ["--url", "javascript:alert(1)"],
        ["--year", "today"],
        ["--expires", "someday"],
        ["--colour", "red"],
    ],
    ids=lambda given: " ".join(given),
)
def test_wrong_arguments_end_with_code_2(note, given):
    argv = ["manage.py", "import_knowledge", str(note), *given]
    with pytest.raises(SystemExit) as caught:
        ManagementUtility(argv).execute()

    assert caught.value.code == 2
    assert not Article.objects.exists()


def test_a_term_in_the_past_ends_with_code_2(note):
    assert bring(note, expires=date(2020, 1, 1))[0] == 2


def test_a_missing_file_ends_with_code_2(tmp_path):
    assert bring(tmp_path / "nowhere.md")[0] == 2


def test_the_term_is_a_year_unless_told(note):
    bring(note)

    assert (Article.objects.get().expires_at - timezone.localdate()).days == 365
