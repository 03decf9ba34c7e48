"""Another model's space, built beside the live one by a server that speaks OpenAI's format."""

import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from conftest import make_owner
from inference.knowledge import embed, index, runs, spaces
from inference.knowledge.embed import LOCAL
from inference.knowledge.reindexing import Difference
from inference.knowledge.search import Query, search
from inference.models import Article, EmbeddingSpace, IndexRun, Passage, PassageVector
from inference.tests.conftest import LIBRARY, asking, draft
from inference.tests.embedding_server import ABROAD, DIMENSIONS, HERE, refused
from inference.tests.test_history import note, pet_of

# An index is made between statements that store: each has to be a transaction of its own.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "embeddings"),
]

GRAPE, DANDRUFF = "grape-raisin-toxicosis", "dandruff-seborrhea"
ATE_RAISINS = "건포도를 먹었어요"


def steps(model=HERE):
    run = IndexRun(model=model)
    return run, runs.execute(run, [], Difference())


def build(model=HERE):
    run, going = steps(model)
    for _done in going:
        pass
    run.refresh_from_db()
    return run


def found(text=ATE_RAISINS, vector=None, halves="hybrid"):
    slugs = dict(Article.objects.values_list("pk", "slug"))
    return [slugs[hit.article_id] for hit in search(Query(text, "dog", vector, halves))]


def live():
    return EmbeddingSpace.objects.live().model


def indexes():
    with connection.cursor() as cursor:
        cursor.execute("select indexname from pg_indexes where tablename = %s", [
            PassageVector._meta.db_table
        ])  # fmt: skip
        return {name for (name,) in cursor.fetchall() if name.startswith("passagevector_space")}


def a_private_note(owner, text="구토했어요", monkeypatch=None):
    pet = pet_of(owner)
    note(pet, [text])
    return Passage.objects.get(pet=pet)


@pytest.fixture
def folder(tmp_path):
    """A folder with the articles that are stored."""
    place = tmp_path / "articles"
    place.mkdir()
    for slug in LIBRARY:
        shutil.copy(index.FOLDER / f"{slug}.md", place)
    return place


@pytest.fixture
def reindex(folder):
    """The command, as typed; what it wrote to either stream."""

    def typed(*arguments):
        out, err = StringIO(), StringIO()
        try:
            call_command("reindex_knowledge", *arguments, folder=folder, stdout=out, stderr=err)
        except CommandError as error:
            return error.returncode, f"{err.getvalue()}{error}"
        return 0, out.getvalue()

    return typed


def test_another_model_is_built_in_full_and_takes_over(embeddings):
    run = build()

    space = EmbeddingSpace.objects.live()
    assert (space.model, space.dimensions, space.floor, space.ceiling) == (HERE, 48, 0.1, 0.9)
    assert PassageVector.objects.filter(space=space).count() == Passage.objects.count()
    assert (run.status, run.model, run.total, run.done, run.failed) == (
        "done", HERE, len(LIBRARY), len(LIBRARY), {},
    )  # fmt: skip
    assert spaces.index_name(space) in indexes()
    old = EmbeddingSpace.objects.get(model=LOCAL)
    assert (old.is_live, old.retired_at is not None) == (False, True)


def test_the_new_model_finds_by_meaning(embeddings):
    build()
    text = draft(DANDRUFF).says[0]

    vector = embed.ask(text)

    assert (vector.model, len(vector.values)) == (HERE, DIMENSIONS)
    assert embeddings.texts[-1] == f"ask: {text}"
    assert found(text, vector, "meaning")[0] == DANDRUFF


def test_answers_are_found_at_every_step_of_the_build():
    _, going = steps()
    seen = 0

    for _done in going:
        seen += 1
        assert live() == LOCAL
        assert embed.model_name() == LOCAL
        assert found(vector=asking(GRAPE))[0] == GRAPE
        assert found("zzz", asking(DANDRUFF))[0] == DANDRUFF

    assert seen == len(LIBRARY)
    assert live() == HERE


def test_a_question_embedded_before_the_swap_is_still_answered_by_meaning():
    before = asking(DANDRUFF)
    build()

    assert found("zzz", before)[0] == DANDRUFF


def test_without_its_server_no_space_goes_live(embeddings):
    embeddings.refuses = lambda _text: True

    run = build()

    assert live() == LOCAL
    assert run.status == "failed"
    assert set(run.failed) == set(LIBRARY)
    assert all(reason.startswith("embedding: BadRequestError") for reason in run.failed.values())
    assert found(vector=asking(GRAPE))[0] == GRAPE


def test_one_article_that_fails_keeps_the_old_space_and_is_all_that_is_done_again(embeddings):
    title = draft(DANDRUFF).title
    embeddings.refuses = lambda text: title in text
    first = build()
    assert (first.status, list(first.failed), live()) == ("failed", [DANDRUFF], LOCAL)
    embeddings.refuses = lambda _text: False
    embeddings.requests.clear()

    again = build()

    assert (again.status, again.done, live()) == ("done", 1, HERE)
    assert embeddings.texts != []
    assert all(title in text for text in embeddings.texts)


def test_the_command_fails_with_the_reasons_and_then_does_the_rest(embeddings, reindex):
    title = draft(DANDRUFF).title
    embeddings.refuses = lambda text: title in text

    code, told = reindex("--model", HERE)

    assert code == 1
    assert f"failed: {DANDRUFF}: embedding: BadRequestError" in told
    assert IndexRun.objects.newest().failed.keys() == {DANDRUFF}
    embeddings.refuses = lambda _text: False
    embeddings.requests.clear()
    assert reindex("--model", HERE, "--retry-failed")[0] == 0
    assert live() == HERE
    assert all(title in text for text in embeddings.texts)


def test_a_retry_of_what_failed_is_of_the_model_that_failed(embeddings, reindex):
    title = draft(DANDRUFF).title
    embeddings.refuses = lambda text: title in text
    reindex("--model", HERE)
    embeddings.refuses = lambda _text: False

    code, _told = reindex("--retry-failed")

    assert (code, live()) == (0, HERE)


def test_an_unknown_model_changes_nothing_and_names_those_that_are_known(reindex):
    code, told = reindex("--model", "nobody/knows")

    assert code == 2
    assert HERE in told
    assert LOCAL in told
    assert EmbeddingSpace.objects.count() == 1


def test_a_build_that_was_interrupted_goes_on_where_it_was(embeddings, settings):
    settings.EMBEDDING_JOBS = 1
    lost, going = steps()
    next(going)
    next(going)
    going.close()
    stored = set(PassageVector.objects.filter(space__model=HERE).values_list("passage", flat=True))
    assert 0 < len(stored) < Passage.objects.count()
    embeddings.requests.clear()

    again = build()

    lost.refresh_from_db()
    assert (lost.status, again.status, live()) == ("interrupted", "done", HERE)
    assert again.done == len(LIBRARY) - 2
    assert len(embeddings.texts) == len(set(embeddings.texts))
    assert len(embeddings.texts) == Passage.objects.count() - len(stored)


def test_a_server_that_is_busy_at_times_loses_nothing(embeddings):
    embeddings.will(refused(429), refused(503))

    assert build().status == "done"
    assert live() == HERE


def test_going_back_to_a_model_that_was_just_left_computes_nothing(embeddings):
    build()
    embeddings.requests.clear()

    back = build(LOCAL)
    there = build()

    assert (back.done, there.done, embeddings.texts, live()) == (0, 0, [], HERE)
    assert found(vector=asking(GRAPE))[0] == GRAPE


def test_notes_get_vectors_in_the_new_space_as_well(embeddings, owner):
    mine = a_private_note(owner)

    build()

    vector = PassageVector.objects.get(passage=mine, space__model=HERE)
    assert (vector.is_public, vector.content_hash) == (False, mine.content_hash)
    assert "text: 구토했어요" in embeddings.texts


def test_only_notes_of_owners_who_agreed_are_sent_abroad(embeddings, owner):
    a_private_note(owner, "비밀이에요")
    theirs = a_private_note(make_owner("agreed@example.com", overseas_ai=True), "보내도 돼요")

    build(ABROAD)

    assert live() == ABROAD
    assert "보내도 돼요" in embeddings.texts
    assert not any("비밀" in text for text in embeddings.texts)
    in_space = PassageVector.objects.filter(space__model=ABROAD, is_public=False)
    assert [one.passage_id for one in in_space] == [theirs.pk]
