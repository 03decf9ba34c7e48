"""The writes of the list of red flags: rows follow the shipped book until a person edits them."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from inference import rulebook
from inference.models import TriageRule
from inference.triage.rules import shipped
from profiles.models import User

SIGN = "inference.sign_rules"
# What may make the list less careful, or louder: a vet's to decide.
GUARDED = ("urgency", "species", "lookalikes", "is_active")


class NotAnEditor(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "not_a_rule_editor"
    message = _("응급 신호 규칙을 고칠 권한이 없어요.")


class NeedsAVet(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "rule_needs_a_vet"
    message = _(
        "긴급도·동물 종류·비슷하지만 아닌 말을 바꾸거나, 신호를 지우거나, 규칙을 더하고 끄는 일은 "
        "서명 권한이 있는 수의사만 할 수 있어요."
    )


class UnreadableRule(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "rule_unreadable"
    message = _("읽을 수 없는 신호가 있어서 저장하지 않았어요.")


class OnlyTextsOfLikeness(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "only_texts_of_likeness"
    message = _("비슷한 표현을 찾는 규칙은 보호자에게 보이는 말만 고칠 수 있어요.")


class ShippedRuleStays(Refusal):
    status = HTTPStatus.CONFLICT
    code = "shipped_rule_stays"
    message = _("제품에 들어 있는 규칙은 지울 수 없어요. 대신 사용을 끌 수 있어요.")


@dataclass
class Synced:
    """What following the shipped book did, or how many rows of people it left alone."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    edited: int = 0


@transaction.atomic
def sync_shipped() -> Synced:
    """Bring unedited rows up to the shipped book. Doing it again changes nothing."""
    found = Synced()
    rows = TriageRule.objects.select_for_update().in_bulk()
    for rule_id, entry in shipped()["rules"].items():
        row = rows.pop(rule_id, None)
        fields = rulebook.fields_of(entry)
        if row is None:
            TriageRule.objects.create(pk=rule_id, **fields)
            found.added += 1
        elif row.is_edited:
            found.edited += 1
        elif any(getattr(row, name) != value for name, value in fields.items()):
            _fill(row, fields).save()
            found.changed += 1
    gone = [row.pk for row in rows.values() if not row.is_edited]
    found.edited += len(rows) - len(gone)
    found.removed, _rows = TriageRule.objects.filter(pk__in=gone).delete()
    return found


@transaction.atomic
def save_rule(*, rule: TriageRule, by: User) -> TriageRule:
    """Store a person's edit, or a rule that a person adds; in force with the next message.

    Raises NotAnEditor, NeedsAVet, OnlyTextsOfLikeness, UnreadableRule.
    """
    stored = TriageRule.objects.select_for_update().filter(pk=rule.pk).first()
    for name in ("signs", "lookalikes", "now", "avoid"):
        setattr(rule, name, "\n".join(rulebook.lines(rule, name)))
    _check(stored, rule, by)
    entry = shipped()["rules"].get(rule.pk)
    if entry is None:
        rule.section = rulebook.OWN
    else:
        rule.section, rule.rest = entry["section"], rulebook.rest_of(entry)
    try:
        rulebook.read_row(rule)
    except rulebook.UNREADABLE as error:
        raise UnreadableRule from error
    rule.is_edited = not rulebook.is_as_shipped(rule)
    rule.changed_by = by
    rule.save()
    return rule


@transaction.atomic
def restore_rule(*, rule: TriageRule, by: User) -> TriageRule:
    """Back to the shipped rule, which the row follows again. Raises NotAnEditor, NeedsAVet."""
    entry = shipped()["rules"].get(rule.pk)
    return rule if entry is None else save_rule(rule=_fill(rule, rulebook.fields_of(entry)), by=by)


@transaction.atomic
def remove_rule(*, rule: TriageRule, by: User) -> None:
    """Take away a rule that a person added. Raises NotAnEditor, NeedsAVet, ShippedRuleStays."""
    if not by.has_perm("inference.delete_triagerule"):
        raise NotAnEditor
    if not by.has_perm(SIGN):
        raise NeedsAVet
    if rulebook.is_shipped(rule.pk):
        raise ShippedRuleStays
    rule.delete()


def _check(stored: TriageRule | None, rule: TriageRule, by: User) -> None:
    if not by.has_perm(f"inference.{'change' if stored else 'add'}_triagerule"):
        raise NotAnEditor
    entry = shipped()["rules"].get(rule.pk)
    is_likeness = entry is not None and entry["section"] == rulebook.LIKENESS
    if stored is not None and is_likeness and _differs(stored, rule, (*GUARDED, "signs")):
        raise OnlyTextsOfLikeness
    if not by.has_perm(SIGN) and _is_guarded(stored, rule):
        raise NeedsAVet


def _is_guarded(stored: TriageRule | None, rule: TriageRule) -> bool:
    """Whether this goes beyond other texts and more signs."""
    if stored is None or _differs(stored, rule, GUARDED):
        return True
    return not set(rulebook.lines(stored, "signs")) <= set(rulebook.lines(rule, "signs"))


def _differs(stored: TriageRule, rule: TriageRule, names: Iterable[str]) -> bool:
    return any(getattr(stored, name) != getattr(rule, name) for name in names)


def _fill(row: TriageRule, fields: dict[str, object]) -> TriageRule:
    for name, value in fields.items():
        setattr(row, name, value)
    return row
