"""The list of red flags as data: shipped, followed, edited, added, broken, deleted."""

from copy import deepcopy

import pytest
from django.core.management import call_command

from inference import regression, rule_editing, rulebook
from inference.models import TriageResult, TriageRule
from inference.tests.board import GRAPES, case, reviewer, say, vet
from inference.tests.rule_list import (
    QUIRK,
    RULE,
    WITHOUT,
    added,
    edited,
    editor,
    elsewhere,
    rule,
    signer,
)
from inference.triage import rules
from inference.triage.rules import load_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return signer()


@pytest.fixture
def ship(monkeypatch):
    """Ship another edition of one rule."""

    def change(rule_id=RULE, **fields):
        book = deepcopy(rules.shipped())
        book["rules"][rule_id].update(fields)
        for module in (rulebook, rule_editing):
            monkeypatch.setattr(module, "shipped", lambda: book)

    return change


def urgency(consultation, text=WITHOUT):
    return TriageResult.objects.get(message=say(consultation, text)).urgency


def test_without_edits_the_shipped_book_is_in_force():
    call_command("load_triage_rules")

    assert rulebook.current() is load_rules()


def test_loading_stores_every_rule_once_and_all_its_words():
    first = rule_editing.sync_shipped()
    again = rule_editing.sync_shipped()

    assert first.added == len(rules.shipped()["rules"]) == TriageRule.objects.count()
    assert (again.added, again.changed, again.removed, again.edited) == (0, 0, 0, 0)
    for row in TriageRule.objects.all():
        assert rulebook.read_row(row) == load_rules().named(row.pk)


def test_an_unedited_rule_follows_the_shipped_book(ship):
    rule()
    ship(signs=["털갈이"], why="새 까닭이에요.")

    assert rule_editing.sync_shipped().changed == 1
    row = rule()
    assert (row.signs, row.why, row.is_edited) == ("털갈이", "새 까닭이에요.", False)


def test_a_rule_that_is_shipped_no_more_goes_unless_a_person_edited_it(by, ship):
    edited(by, why="고쳤어요.")
    rule("breathing")
    book = deepcopy(rules.shipped())
    ship()
    fewer = {name: one for name, one in book["rules"].items() if name not in (RULE, "breathing")}
    rule_editing.shipped()["rules"] = fewer

    assert rule_editing.sync_shipped().removed == 1
    assert TriageRule.objects.filter(pk=RULE).exists()


def test_an_edited_rule_stays_and_says_that_the_shipped_one_has_changed(by, ship):
    row = edited(by, why="고쳤어요.")
    assert not rulebook.is_behind(row)
    ship(why="제품의 새 까닭이에요.")

    found = rule_editing.sync_shipped()

    assert (found.changed, found.edited) == (0, 1)
    assert rule().why == "고쳤어요."
    assert rulebook.is_behind(rule())


def test_saving_without_a_change_is_no_edit(by):
    row = edited(by, signs=rule().signs.replace("\n", "\r\n") + "\r\n")

    assert not row.is_edited
    assert rulebook.current() is load_rules()


def test_an_added_sign_fires_with_the_next_message(by, consultation, enqueued):
    assert urgency(consultation) == "home"

    edited(by, signs=f"{rule().signs}\n{QUIRK}")

    assert urgency(consultation) == "emergency"
    assert TriageResult.objects.latest("pk").rules_version != load_rules().version


def test_an_edit_of_another_process_counts_with_the_next_message(by, consultation, enqueued):
    edited(by, signs=f"{rule().signs}\n{QUIRK}")
    assert urgency(consultation) == "emergency"

    elsewhere(
        "update inference_triagerule set urgency = 'soon', changed_at = clock_timestamp()"
        " where id = %s", RULE,
    )  # fmt: skip

    assert urgency(consultation) == "soon"


def test_an_edit_from_a_clock_that_lags_counts_too(by, consultation, enqueued):
    edited(by, "breathing", why="고쳤어요.")
    edited(by, signs=f"{rule().signs}\n{QUIRK}")
    assert urgency(consultation) == "emergency"

    elsewhere(
        "update inference_triagerule set urgency = 'soon', changed_at = changed_at - interval '9 h'"
        " where id = %s", RULE,
    )  # fmt: skip

    assert urgency(consultation) == "soon"


def test_a_new_rule_fires_with_its_advice_and_its_deletion_ends_it(by, consultation, enqueued):
    row = added(by)
    message = say(consultation, WITHOUT)
    finding = message.triage.findings[0]
    assert (finding["rule"], finding["category"]) == ("moulting", "털갈이 이상")
    assert list(finding["now"]) == rules.shipped()["advice"]["go"]["now"]

    rule_editing.remove_rule(rule=row, by=by)

    assert urgency(consultation) == "home"


def test_two_added_rules_are_told_apart_when_one_is_deleted_past_the_models(
    by, consultation, enqueued
):
    added(by)
    added(by, "other", signs="다른말")
    assert urgency(consultation) == "emergency"

    elsewhere("delete from inference_triagerule where id = 'moulting'")

    assert urgency(consultation) == "home"


def test_a_rule_that_is_switched_off_is_silent(by, consultation, enqueued):
    assert urgency(consultation, GRAPES) == "emergency"
    found = TriageResult.objects.latest("pk").findings
    for finding in found:
        edited(by, finding["rule"], is_active=False)

    now = say(consultation, GRAPES).triage.findings
    assert {one["rule"] for one in now}.isdisjoint(one["rule"] for one in found)


def test_the_rules_of_likeness_can_not_be_switched_off_by_any_means(by):
    rule_editing.sync_shipped()
    elsewhere(
        "update inference_triagerule set is_edited = true, is_active = false, urgency = 'home',"
        " why = '고친 까닭' where section = 'likeness'"
    )

    found = rulebook.current().named("like_emergency")

    assert (found.urgency, found.why) == ("emergency", "고친 까닭")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("signs", "(숨"),
        ("lookalikes", "[숨"),
        ("signs", "털갈이\n{nothing_known}"),
        ("urgency", "terrible"),
    ],
)
def test_a_broken_row_is_logged_and_the_shipped_rule_stands_in(
    by, column, value, consultation, enqueued, caplog
):
    edited(by, "breathing", why="고친 까닭")
    elsewhere("update inference_triagerule set is_edited = true where id = %s", RULE)
    TriageRule.objects.filter(pk=RULE).update(**{column: value})

    book = rulebook.current()

    assert book.named(RULE) == load_rules().named(RULE)
    assert book.named("breathing").why == "고친 까닭"
    assert f"triage rule {RULE} cannot be read" in caplog.text
    assert urgency(consultation, GRAPES) == "emergency"


@pytest.mark.parametrize("rest", ["[]", "{}", '{"advice": "nowhere"}', '{"advice": "go", "raised_by": [{"to": "soon", "wings": true}]}', '{"advice": "go", "only": {"condition": "("}}'])  # fmt: skip
def test_an_added_row_that_is_broken_is_left_out(by, rest, consultation, enqueued):
    added(by)
    elsewhere("update inference_triagerule set rest = %s, changed_at = now()", rest)

    assert urgency(consultation) == "home"


def test_one_tiny_query_tells_whether_the_book_still_holds(by, django_assert_num_queries):
    edited(by, why="고친 까닭")
    book = rulebook.current()

    with django_assert_num_queries(1):
        assert rulebook.current() is book


def test_the_labelled_cases_are_judged_by_the_edited_list(by, consultation, enqueued):
    case(say(consultation), "emergency", reviewer())
    assert len(regression.hold_cases().misses) == 1

    added(by, signs="입냄새")

    assert regression.hold_cases().misses == ()


def test_back_to_the_shipped_rule_it_follows_it_again(by):
    row = edited(by, urgency="soon", is_active=False, signs=QUIRK)

    rule_editing.restore_rule(rule=row, by=by)

    assert not rule().is_edited
    assert rulebook.current() is load_rules()


@pytest.mark.parametrize(
    "change",
    [
        {"urgency": "soon"},
        {"urgency": "home"},
        {"is_active": False},
        {"species": ["cat"]},
        {"lookalikes": "배"},
        {"signs": "털갈이"},
    ],
)
def test_staff_who_may_not_sign_can_not_make_the_list_less_careful(change):
    with pytest.raises(rule_editing.NeedsAVet):
        edited(editor(), **change)

    assert not rule().is_edited


def test_staff_who_may_not_sign_can_edit_texts_and_add_signs():
    row = edited(editor(), why="더 쉬운 까닭", signs=f"{QUIRK}\n{rule().signs}")

    assert row.is_edited


def test_staff_who_may_not_sign_can_not_add_remove_or_undo(by):
    other = vet("change_triagerule", "add_triagerule", "delete_triagerule", role="staff")
    row = added(by)
    with pytest.raises(rule_editing.NeedsAVet):
        added(other, "another")
    with pytest.raises(rule_editing.NeedsAVet):
        rule_editing.remove_rule(rule=row, by=other)
    raised = edited(by, "belly_pain", urgency="emergency")
    with pytest.raises(rule_editing.NeedsAVet):
        rule_editing.restore_rule(rule=raised, by=other)


def test_nobody_edits_without_the_permission():
    with pytest.raises(rule_editing.NotAnEditor):
        edited(vet("sign_rules"), why="고쳤어요.")


def test_a_shipped_rule_can_not_be_removed(by):
    with pytest.raises(rule_editing.ShippedRuleStays):
        rule_editing.remove_rule(rule=rule(), by=by)


def test_of_a_rule_of_likeness_only_texts_change(by):
    assert edited(by, "like_urgent", why="고친 까닭").is_edited
    with pytest.raises(rule_editing.OnlyTextsOfLikeness):
        edited(by, "like_urgent", signs=QUIRK)


def test_a_rule_that_can_not_be_read_is_never_saved(by):
    with pytest.raises(rule_editing.UnreadableRule):
        edited(by, signs="(숨")

    assert rulebook.current() is load_rules()
