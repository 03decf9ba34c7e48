"""The rules in force: the shipped book, with what people edited or added laid over it.

Triage never fails because of data: a row that cannot be read is left out and logged, and the
shipped rule of that name stands in for it.
"""

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from inference.models import RulesSignature, TriageRule
from inference.triage.rules import Rule, RuleBook, build, load_rules, rule_of, shipped
from inference.triage.types import ORDER

logger = logging.getLogger(__name__)

# Found by likeness to known messages, not by signs: of these only the texts are a person's.
LIKENESS = "likeness"
OWN = "own"
TEXTS = ("category", "why", "now", "avoid")
FIELDS = (*TEXTS, "urgency", "species", "signs", "lookalikes", "is_active")
REST = ("parts", "raised_by", "only", "is_over_turns", "advice")
FACTS = {"young", "old", "tiny", "condition", "breed", "species", "sex", "is_neutered",
         "is_vaccinated", "is_pregnant"}  # fmt: skip
# What reading an entry may raise, whatever stands in its row.
UNREADABLE = (
    ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, re.error,
)  # fmt: skip
Stamp = tuple[tuple[str, datetime], ...]


@dataclass(frozen=True)
class _InForce:
    stamp: Stamp
    book: RuleBook


_kept: list[_InForce] = []


def current() -> RuleBook:
    """The book by which messages are judged now.

    Asks the database once whether an edit, a deletion or another process changed it; read anew
    only then.
    """
    edited = TriageRule.objects.changed().order_by("pk")
    stamp = tuple(edited.values_list("pk", "changed_at"))
    if not stamp:
        return load_rules()
    kept = _kept[-1] if _kept else None
    if kept is None or kept.stamp != stamp:
        kept = _read(list(edited))
        _kept[:] = [kept]
    return kept.book


def _read(rows: list[TriageRule]) -> _InForce:
    # The stamp of these very rows: they may be newer than the one that was compared.
    stamp = tuple((row.pk, row.changed_at) for row in rows)
    return _InForce(stamp, build(_overlaid(filter(_is_readable, rows))))


def _overlaid(rows: Iterable[TriageRule]) -> list[Mapping[str, Any]]:
    """The entries of the book in its own order, then those that people added."""
    edited = {row.pk: row for row in rows}
    found: list[Mapping[str, Any]] = []
    for rule_id, entry in shipped()["rules"].items():
        row = edited.pop(rule_id, None)
        if row is None:
            found.append(entry)
        elif row.is_active or entry["section"] == LIKENESS:
            found.append(entry_of(row))
    return [*found, *(entry_of(row) for row in edited.values() if row.is_active)]


def _is_readable(row: TriageRule) -> bool:
    try:
        read_row(row)
    except UNREADABLE as error:
        logger.warning("triage rule %s cannot be read, the shipped one stands: %r", row.pk, error)
        return False
    return True


def read_row(row: TriageRule) -> Rule:
    """The rule of a row, checked for all that would fail later. Raises one of UNREADABLE."""
    entry = entry_of(row)
    modifiers = entry.get("raised_by", [])
    for urgency in (entry["urgency"], *(modifier["to"] for modifier in modifiers)):
        ORDER.index(urgency)
    for facts in (entry.get("only", {}), *modifiers):
        if unknown := facts.keys() - FACTS - {"to"}:
            raise ValueError(unknown)
        for name in ("condition", "breed"):
            re.compile(facts.get(name, ""))
    return rule_of(entry)


def entry_of(row: TriageRule) -> dict[str, Any]:
    """A row as an entry of the book. What no form shows is the shipped rule's, where it has one."""
    original = shipped()["rules"].get(row.pk)
    if original is not None and original["section"] == LIKENESS:
        return {**original, **_texts(row, original["advice"])}
    rest = row.rest if original is None else original
    entry = {name: rest[name] for name in REST if name in rest}
    entry |= {"id": row.pk, "section": row.section, "urgency": str(row.urgency)}
    entry |= {"species": [str(one) for one in row.species]} if row.species else {}
    entry |= {name: found for name in ("signs", "lookalikes") if (found := lines(row, name))}
    return entry | _texts(row, entry["advice"])


def _texts(row: TriageRule, advice: str) -> dict[str, Any]:
    """What owners read. Advice that is empty, or the group's own, is the group's."""
    group = shipped()["advice"][advice]
    advised = {name: lines(row, name) for name in ("now", "avoid")}
    own = {name: said for name, said in advised.items() if said and said != group[name]}
    return {"category": row.category, "why": row.why, **own}


def lines(row: TriageRule, name: str) -> list[str]:
    """The lines of a text of a row."""
    text: str = getattr(row, name)
    return [line.strip() for line in text.splitlines() if line.strip()]


def fields_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What the row of a shipped entry holds."""
    group = shipped()["advice"][entry["advice"]]
    listed = {name: entry.get(name, []) for name in ("signs", "lookalikes")}
    listed |= {name: entry.get(name, group[name]) for name in ("now", "avoid")}
    return {
        **{name: "\n".join(one) for name, one in listed.items()},
        **{name: entry[name] for name in ("section", "category", "urgency", "why")},
        "species": list(entry.get("species", [])),
        "is_active": True,
        "rest": rest_of(entry),
    }


def rest_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What no form shows, and by which the row knows a new edition of its shipped rule."""
    packed = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(packed.encode()).hexdigest()[:12]
    return {**{name: entry[name] for name in REST if name in entry}, "shipped": digest}


def kinds_of(rules: Iterable[str]) -> list[str]:
    """The kind of danger of each of these rules, "" for one that is in no book."""
    named = list(rules)
    known = {rule_id: entry["advice"] for rule_id, entry in shipped()["rules"].items()}
    if unknown := [rule_id for rule_id in named if rule_id not in known]:
        added = TriageRule.objects.filter(pk__in=unknown)
        known |= dict(added.values_list("pk", "rest__advice"))
    return [known.get(rule_id) or "" for rule_id in named]


def is_shipped(rule_id: str) -> bool:
    return rule_id in shipped()["rules"]


def is_as_shipped(row: TriageRule) -> bool:
    """Whether the row says what the shipped rule says."""
    entry = shipped()["rules"].get(row.pk)
    if entry is None:
        return False
    fields = fields_of(entry)
    return all(getattr(row, name) == fields[name] for name in FIELDS)


def is_behind(row: TriageRule) -> bool:
    """Whether the shipped rule has changed since a person edited it."""
    entry = shipped()["rules"].get(row.pk)
    if entry is None or not row.is_edited:
        return False
    return bool(row.rest.get("shipped") != rest_of(entry)["shipped"])


def signature_of(version: str) -> RulesSignature | None:
    """The newest signature under this version of the list."""
    return RulesSignature.objects.filter(version=version).first()


def signed_facts(version: str) -> dict[str, Any]:
    """What owners are told about who checked the list."""
    signature = signature_of(version)
    if signature is None:
        return {"is_signed": False, "signed_by": "", "signed_on": ""}
    day = timezone.localdate(signature.signed_at).isoformat()
    return {"is_signed": True, "signed_by": signature.name, "signed_on": day}
