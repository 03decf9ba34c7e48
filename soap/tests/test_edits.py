"""How far signed notes are from their drafts: every figure against one computed by hand."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from soap import board, edits, reviewing
from soap.edits import Drafting, Edits
from soap.models import Rewrite
from soap.tests.portal import section
from soap.tests.signed import drafted, edit, sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handed", "enqueued")]

NOON = timezone.make_aware(timezone.datetime(2026, 11, 20, 12, 0))


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.mark.parametrize(
    ("before", "after", "distance"),
    [("abcd", "abcd", 0), ("abcd", "abxd", 0.25), ("ab", "abcd", 0.5), ("", "abc", 1), ("", "", 0)],
)
def test_the_distance_is_the_share_of_changed_characters(before, after, distance):
    assert edits.distance(before, after) == distance


def test_sections_are_measured_by_author_and_prompt(vet):
    model = {"made_by": "claude", "prompt_version": "3", "is_default": False}
    first, second, ours = drafted("a", **model), drafted("b", **model), drafted("c")
    # "위장 문제일 수 있어요" has 12 characters, of which one is changed.
    edit(first, vet, "위장 문제일 수 없어요", kind="A")
    edit(ours, vet, "고쳤어요", kind="P")
    edit(ours, vet, section(ours, "S").text, kind="S")
    for note in (first, second, ours):
        sign(note, vet)

    found = {(one.drafting, one.kind): one for one in edits.of_last(30)}

    claude, extraction = Drafting("claude", "3"), Drafting("extraction", "")
    assert len(found) == 8
    assert next(iter(found)) == (claude, "S")
    assert found[claude, "A"] == Edits(claude, "A", 2, 1, pytest.approx(1 / 24))
    assert found[claude, "S"] == Edits(claude, "S", 2, 2, 0)
    assert found[extraction, "S"].unchanged == 1
    assert found[extraction, "P"].unchanged == 0
    assert found[claude, "A"].acceptance == 0.5


def test_an_open_note_and_a_later_amendment_do_not_count(vet):
    edit(drafted("open"), vet, "아직 안 끝났어요")
    signed = sign(drafted("signed"), vet)
    reviewing.amend(section=section(signed), text="다시 씀", reason="정정", vet=vet)

    assert [(one.sections, one.unchanged) for one in edits.of_last(30)] == [(1, 1)] * 4


def test_a_section_written_anew_counts_for_its_writer(vet):
    note = drafted("a")
    Rewrite.objects.create(
        section=section(note), asked_by=vet, status="done", made_by="openai", finished_at=NOON
    )
    sign(note, vet)

    found = {
        (one.drafting.made_by, one.drafting.prompt_version, one.kind) for one in edits.of_last(7)
    }

    assert ("openai", edits.REWRITTEN, "S") in found
    assert ("extraction", "", "S") not in found
    assert ("extraction", "", "O") in found


def test_a_note_signed_before_these_days_is_not_counted(vet, at_noon):
    at_noon.move_to(NOON - timedelta(days=8))
    sign(drafted("옛날"), vet)
    at_noon.move_to(NOON)

    assert [one.notes for one in board.review_times(7)] == [0, 0, 0]
    assert edits.of_last(7) == []
    assert len(edits.of_last(30)) == 4
