"""Spaces of vectors: which one is asked, the swap in one stroke, and the end of old ones."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from inference.knowledge import index, spaces
from inference.knowledge.embed import LOCAL
from inference.knowledge.embedders.registry import UnknownModel
from inference.knowledge.search import Query, search
from inference.models import EmbeddingSpace, PassageVector
from inference.tests.conftest import asking
from inference.tests.test_building import indexes

pytestmark = pytest.mark.django_db(transaction=True)

OTHER = "own/bge-m3"
GRAPE = "grape-raisin-toxicosis"


def live_elsewhere():
    """What another connection reads as the live model."""
    read = []

    def look():
        read.extend(EmbeddingSpace.objects.filter(is_live=True).values_list("model", flat=True))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return read


def test_the_first_space_is_that_of_the_settings_and_live():
    assert EmbeddingSpace.objects.live() is None

    space = spaces.live()

    assert (space.model, space.dimensions, space.is_live) == (LOCAL, 384, True)
    assert (space.floor, space.ceiling) == (0.77, 0.93)
    assert spaces.index_name(space) in indexes()
    assert spaces.live() == space


def test_a_model_has_one_space(db):
    assert spaces.space_for(OTHER) == spaces.space_for(OTHER)
    assert EmbeddingSpace.objects.count() == 1


def test_a_space_of_an_unknown_model_is_not_made():
    with pytest.raises(UnknownModel, match=f"nobody/knows.*known: {LOCAL}"):
        spaces.space_for("nobody/knows")

    assert not EmbeddingSpace.objects.exists()


def test_until_the_swap_is_committed_others_ask_in_the_old_space():
    spaces.live()
    other = spaces.space_for(OTHER)

    with transaction.atomic():
        spaces.go_live(space=other)
        during = live_elsewhere()

    assert (during, live_elsewhere()) == ([LOCAL], [OTHER])


def test_a_swap_that_breaks_leaves_the_old_space_live():
    spaces.live()
    gone = spaces.space_for(OTHER)
    EmbeddingSpace.objects.filter(pk=gone.pk).delete()

    with pytest.raises(EmbeddingSpace.DoesNotExist):
        spaces.go_live(space=gone)

    old = EmbeddingSpace.objects.live()
    assert (old.model, old.retired_at) == (LOCAL, None)


def test_two_spaces_are_never_live_at_once():
    spaces.live()
    other = spaces.space_for(OTHER)

    with pytest.raises(IntegrityError, match="one_live_space"):
        EmbeddingSpace.objects.filter(pk=other.pk).update(is_live=True)


def test_a_space_that_goes_live_again_is_no_longer_retired():
    first, other = spaces.live(), spaces.space_for(OTHER)
    spaces.go_live(space=other)
    spaces.go_live(space=first)

    assert (first.is_live, first.retired_at) == (True, None)
    other.refresh_from_db()
    assert (other.is_live, other.retired_at is not None) == (False, True)


def test_the_librarys_version_changes_with_the_space(library):
    """Or an answer of the old model would be given from the cache."""
    before = index.library_version()

    spaces.go_live(space=spaces.space_for(OTHER))

    assert index.library_version() != before


def test_a_retired_space_is_kept_for_questions_on_their_way_and_then_dropped(library):
    old = spaces.live()
    spaces.go_live(space=spaces.space_for(OTHER))
    asked = Query("zzz", "dog", asking(GRAPE))

    early = spaces.drop_retired()
    assert (early, search(asked)[0].article_id) == (0, library[GRAPE].pk)
    EmbeddingSpace.objects.filter(pk=old.pk).update(
        retired_at=timezone.now() - spaces.KEPT_AFTER - timedelta(seconds=1)
    )

    assert spaces.drop_retired() == 1
    assert not PassageVector.objects.filter(space=old).exists()
    assert spaces.index_name(old) not in indexes()
    assert search(asked) == []


def test_a_space_that_is_being_built_is_not_dropped():
    spaces.live()
    building = spaces.space_for(OTHER)

    assert spaces.drop_retired() == 0
    assert EmbeddingSpace.objects.filter(pk=building.pk).exists()
    assert spaces.index_name(building) in indexes()


def test_the_vectors_of_a_space_are_found_by_its_own_index(library):
    """The condition of the statement has to be that of the index, or every vector is read."""
    space = spaces.live()
    vector = "[" + ",".join(map(str, asking(GRAPE).values)) + "]"

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("set local enable_bitmapscan = off")
        cursor.execute("set local enable_sort = off")
        cursor.execute(
            "explain select v.id from inference_passagevector v where v.space_id = %s"
            " and v.is_public order by v.embedding::halfvec(384) <=> %s::halfvec(384) limit 5",
            [space.pk, vector],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert spaces.index_name(space) in plan
