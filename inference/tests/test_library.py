"""The built-in articles: every one can be read, found, quoted, and needs no model at first."""

import numpy as np
import pytest

from chat.models import Urgency
from inference.guard.sentences import split_off
from inference.guard.watch import Grounds, Guard
from inference.knowledge import embed, index
from inference.knowledge.loading import SAYS, SECTIONS, pieces
from inference.llm.base import Material, Request
from inference.llm.extractive import compose, frame, sentences
from inference.pipeline.validate import check_whole
from inference.tests.conftest import shipped
from inference.triage.rules import load_rules
from profiles.models import Species


@pytest.fixture(scope="module")
def drafts():
    found, failed = index.read_folder()
    assert failed == {}
    return found


def materials_of(draft):
    return tuple(
        Material(piece.position, piece.position, draft.title, piece.section, piece.text, 0.9)
        for piece in pieces(draft)
        if piece.section != SAYS
    )


def guard_of(materials, urgency="home"):
    """The guard as the pipeline sets it up for a quoted answer."""
    passages = {one.number: f"{one.article_title}\n{one.text}" for one in materials}
    request = Request("", (), "", tuple(materials), urgency, 100)
    grounds = Grounds(passages, urgency=urgency, frame=frame(request))
    return Guard(grounds, is_quoting=True)


def test_there_are_hundreds_of_articles(drafts):
    assert len(drafts) >= 300


def test_every_title_is_its_own(drafts):
    titles = [draft.title for draft in drafts]

    assert sorted({title for title in titles if titles.count(title) > 1}) == []


def test_every_article_has_all_sections_once(drafts):
    wanted = sorted(SECTIONS.values())

    odd = {draft.slug for draft in drafts if sorted(dict(draft.sections)) != wanted}
    odd |= {draft.slug for draft in drafts if len(draft.sections) != len(wanted)}
    assert odd == set()


def test_every_article_names_known_species_and_urgency(drafts):
    for draft in drafts:
        assert set(draft.species) <= set(Species.values), draft.slug
        assert draft.species, draft.slug
        assert draft.urgency in Urgency.values, draft.slug


def test_red_flags_are_rules_of_triage_and_stand_in_articles_on_danger(drafts):
    known = {rule.id for rule in load_rules().rules}

    assert {flag for draft in drafts for flag in draft.red_flags} - known == set()
    assert {draft.slug for draft in drafts if draft.red_flags and draft.urgency == "home"} == set()
    assert sum(bool(draft.red_flags) for draft in drafts) > 80


def test_every_article_has_sources_and_a_term(drafts):
    for draft in drafts:
        assert draft.sources, draft.slug
        assert all(source["publisher"] and source["title"] for source in draft.sources)
        assert draft.checked_at < draft.expires_at, draft.slug


def test_every_article_has_owners_words_and_named_conditions(drafts):
    for draft in drafts:
        assert len(draft.says) >= 5, draft.slug
        assert all(one["ko"] and one["en"] for one in draft.conditions), draft.slug


def test_every_quotable_sentence_passes_the_guard(drafts):
    problems = [
        (draft.slug, sentence, problem)
        for draft in drafts
        for material in materials_of(draft)
        for sentence in sentences(material.text)
        if (problem := guard_of([material]).problem_of(f"- {sentence} [{material.number}]"))
    ]

    assert problems == []


def read(draft, order, urgency):
    """The quoted answer of one article as the flow reads it: its guard, its text, what is shown."""
    materials = materials_of(draft)
    text = compose(Request("", (), "", materials, order, 100))
    guard = guard_of(materials, urgency)
    parts, rest = split_off(text)
    return guard, text, "".join(guard.check(part) for part in [*parts, rest])


@pytest.mark.parametrize("order", ["emergency", "home"])
def test_every_article_alone_makes_a_whole_answer(drafts, order):
    """Sentence by sentence, none held back, and valid as a whole."""
    held = {}
    for draft in drafts:
        guard, text, shown = read(draft, order, draft.urgency)
        check_whole(shown, must_cite=True)
        if guard.held or shown.split() != text.split():
            held[draft.slug] = guard.held

    assert held == {}


def test_in_an_emergency_a_milder_article_loses_nothing_but_its_calming_words(drafts):
    lost = {}
    for draft in drafts:
        guard, _, shown = read(draft, "emergency", "emergency")
        check_whole(shown, must_cite=True)
        if set(guard.held) - {"lowers_urgency"}:
            lost[draft.slug] = guard.held

    assert lost == {}


def test_the_shipped_vectors_are_those_of_the_articles(drafts):
    """Fails when an article changed: run `manage.py reindex_knowledge --ship`."""
    wanted = {piece.content_hash for draft in drafts for piece in pieces(draft)}

    assert wanted - set(shipped()) == set()
    assert set(shipped()) - wanted == set()


def test_the_shipped_vectors_have_unit_length():
    vectors = np.array(list(shipped().values()))

    assert vectors.shape[1] == 384
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=0.01)


def test_the_shipped_vectors_are_what_the_model_computes(drafts):
    some = [pieces(draft)[position] for draft, position in ((drafts[0], 0), (drafts[-1], 3))]

    computed = embed.embed_passages([piece.search_text for piece in some])

    for piece, vector in zip(some, computed, strict=True):
        assert float(np.dot(vector, shipped()[piece.content_hash])) > 0.999


def test_a_question_is_a_vector_of_unit_length():
    vector = embed.embed_query("강아지가\x00 포도를 먹었어요 " * 200)

    assert len(vector) == 384
    assert np.isclose(np.linalg.norm(vector), 1, atol=0.01)
