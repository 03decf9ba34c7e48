"""Another embedding model: its space is built beside the live one, and then takes its place."""

from datetime import timedelta
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from inference.knowledge import embed, index, runs, spaces
from inference.knowledge.embedders import registry, served
from inference.knowledge.search import Query, search
from inference.models import EmbeddingSpace, IndexRun, PassageVector
from inference.tests.conftest import LIBRARY, asking, draft
from inference.tests.embedding_server import DIMENSIONS, serving

pytestmark = pytest.mark.django_db(transaction=True)
OTHER, GRAPE = "own/other", "grape-raisin-toxicosis"


@pytest.fixture
def server(settings, tmp_path, monkeypatch):
    """A second model on the loopback, with prefixes of its own."""
    file = tmp_path / "embeddings.toml"
    file.write_text(
        f'["{embed.LOCAL}"]\napi = "local"\ndimensions = 384\nfloor = 0.77\nceiling = 0.93\n'
        f'["{OTHER}"]\napi = "openai"\nsettings = "OWN_EMBEDDING"\nmodel = "m"\n'
        f'dimensions = {DIMENSIONS}\nquery_prefix = "ask: "\npassage_prefix = "tell: "\n'
    )
    with serving() as one:
        settings.EMBEDDING_MODELS, settings.OWN_EMBEDDING_BASE_URL = str(file), one.url
        settings.EMBEDDING_JOBS = 2
        monkeypatch.setattr(served, "TRIES", 1)
        registry.forget()
        yield one
    registry.forget()


@pytest.fixture
def folder(tmp_path):
    """The files of the small library alone."""
    for slug in LIBRARY:
        text = (index.FOLDER / f"{slug}.md").read_text(encoding="utf-8")
        (tmp_path / f"{slug}.md").write_text(text, encoding="utf-8")
    return tmp_path


def steps(folder, model=OTHER):
    """A run of the other model, a document a step."""
    drafts, difference = runs.plan(folder=folder)
    return runs.execute(IndexRun(model=model), drafts, difference)


def found(vector):
    return [hit.article_id for hit in search(Query("건포도를 먹었어요", "dog", vector))]


def test_the_other_model_takes_over_when_nothing_is_missing(library, server, folder):
    assert list(steps(folder))[-1] == len(LIBRARY)

    live = spaces.live()
    assert (live.model, live.dimensions) == (OTHER, DIMENSIONS)
    assert PassageVector.objects.filter(space=live).count() == sum(
        article.passages.count() for article in library.values()
    )
    assert all(text.startswith(("tell: ", "ask: ")) for text in server.texts)
    assert embed.ask("건포도").model == OTHER
    assert found(embed.ask("건포도를 먹었어요"))[0] == library[GRAPE].pk


def test_answers_come_from_the_live_space_while_another_is_built(library, server, folder):
    run = steps(folder)
    next(run)

    assert spaces.live().model == embed.LOCAL
    assert found(asking(GRAPE))[0] == library[GRAPE].pk
    list(run)


def test_a_question_that_was_embedded_before_the_swap_is_still_answered(library, server, folder):
    asked = asking(GRAPE)
    list(steps(folder))

    [first, *_] = search(Query("zzz", "dog", asked))
    assert first.article_id == library[GRAPE].pk


def test_an_interrupted_build_goes_on_where_it_was(library, server, folder):
    run = steps(folder)
    next(run)
    next(run)
    run.close()
    kept = PassageVector.objects.filter(space__model=OTHER).count()
    server.texts.clear()

    list(steps(folder))

    told = [text for text in server.texts if text.startswith("tell: ")]
    whole = PassageVector.objects.filter(space__model=OTHER).count()
    assert kept > 0
    assert len(told) == whole - kept


def test_a_failing_server_leaves_the_live_space_as_it_is(library, server, folder):
    server.statuses = [500] * 100
    err = StringIO()

    with pytest.raises(CommandError, match="failed"):
        call_command("reindex_knowledge", model=OTHER, folder=folder, stdout=StringIO(), stderr=err)

    assert spaces.live().model == embed.LOCAL
    assert IndexRun.objects.newest().status == "failed"
    assert f"failed: {GRAPE}: embedding: InternalServerError" in err.getvalue()


def test_retired_spaces_are_dropped_after_their_time(library, server, folder):
    list(steps(folder))
    assert spaces.drop_retired() == 0
    long_ago = timezone.now() - spaces.KEPT_AFTER - timedelta(seconds=1)
    EmbeddingSpace.objects.filter(is_live=False).update(retired_at=long_ago)

    assert spaces.drop_retired() == 1
    assert set(PassageVector.objects.values_list("space__model", flat=True)) == {OTHER}


def test_an_unknown_model_is_refused_by_the_names_that_are_known(server, folder):
    with pytest.raises(CommandError, match=f"known: {embed.LOCAL}, {OTHER}"):
        call_command("reindex_knowledge", model="nobody", folder=folder, stderr=StringIO())


def test_vectors_from_a_server_come_in_order_and_of_unit_length(server):
    vectors = embed.embed_passages(["하나", "둘"], OTHER)

    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[1], embed.embed_passages(["둘"], OTHER)[0])


@pytest.mark.parametrize("dimensions", [DIMENSIONS - 1, DIMENSIONS + 1])
def test_vectors_of_another_length_are_refused(server, dimensions):
    server.dimensions = dimensions

    with pytest.raises(embed.EmbeddingError, match="the server sent"):
        embed.embed_query("하나", OTHER)


def test_two_runs_at_once_are_refused(library, server, folder, monkeypatch):
    monkeypatch.setattr(runs, "LOCK", 1)
    from django.db import connections

    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(1)")
        with pytest.raises(runs.AlreadyRunning):
            list(steps(folder))
    finally:
        other.close()


def test_a_shipped_article_has_its_vectors_in_the_shipped_file():
    assert all(vector is not None for vector in index.vectors_of(draft(GRAPE), {}, embed.LOCAL))
