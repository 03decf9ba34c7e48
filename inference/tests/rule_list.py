"""Rules and their editors, for tests of the list of red flags."""

import re

from django.db import connection

from inference import rule_editing
from inference.models import TriageRule
from inference.tests.board import vet

WITHOUT = "강아지가 털갈이 중이에요"  # no rule fires
QUIRK = "털갈이"
READ = ("view_triagerule", "change_triagerule")
RULE = "bloat"  # a shipped emergency


def editor():
    """Staff who may edit, but not sign."""
    return vet(*READ, role="staff")


def signer():
    """A vet who may do all."""
    return vet(
        *READ, "add_triagerule", "delete_triagerule", "sign_rules", "view_triagereview",
        "view_rulessignature",
    )  # fmt: skip


def rule(rule_id=RULE):
    """A row of the list, which is loaded where it was not."""
    if not TriageRule.objects.filter(pk=rule_id).exists():
        rule_editing.sync_shipped()
    return TriageRule.objects.get(pk=rule_id)


def edited(by, rule_id=RULE, **fields):
    row = rule(rule_id)
    for name, value in fields.items():
        setattr(row, name, value)
    return rule_editing.save_rule(rule=row, by=by)


def added(by, rule_id="moulting", **fields):
    given = {
        "category": "털갈이 이상", "urgency": "emergency", "signs": QUIRK, "why": "시험이에요.",
        "rest": {"advice": "go"}, **fields,
    }  # fmt: skip
    return rule_editing.save_rule(rule=TriageRule(pk=rule_id, **given), by=by)


def elsewhere(sql, *values):
    """What another process or a person at the database does, past all models."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def form_of(page):
    """What a browser would send back of the form of a rule, unchanged."""
    form = page.context["adminform"].form
    given = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in given.items() if value not in (None, "", False)}
    return {name: "on" if value is True else value for name, value in data.items()}


def text_of(page):
    """The words of a page, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))
