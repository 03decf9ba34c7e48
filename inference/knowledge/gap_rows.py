"""The gaps of a week as rows: stored again without losing what staff did, and without the words
of whoever erased them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from inference.knowledge.gaps import DISLIKED, UNANSWERED, WEAK, Gap
from inference.models import KnowledgeGap

LOCK = 5_306_105_202
LONGEST_TITLE = 200
# Of every question, whether one of its messages is gone.
ERASED = """
select distinct gap.id
from inference_knowledgegap gap
cross join jsonb_array_elements(gap.questions) question
cross join jsonb_array_elements_text(question -> 'messages') said
where not exists (select from chat_message where id = said::uuid)
"""
LIVING = "select id::text from chat_message where id = any(%s::uuid[])"


@transaction.atomic
def store(*, week: date, found: Sequence[Gap]) -> list[KnowledgeGap]:
    """Keep the gaps of a week. One that was stored before keeps its row, status and article; an
    open one that is found no more goes."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    left = list(KnowledgeGap.objects.select_for_update(of=["self"]).filter(week=week))
    stored = []
    for gap in found:
        row = _same(gap, left) or KnowledgeGap(week=week)
        left = [one for one in left if one.pk != row.pk]
        stored.append(_fill(row, [one.as_entry() for one in gap.questions], gap.title))
    gone = [row.pk for row in left if row.status == KnowledgeGap.Status.OPEN]
    KnowledgeGap.objects.filter(pk__in=gone).delete()
    forget_erased()  # what was erased since it was read
    return stored


@transaction.atomic
def forget_erased() -> int:
    """Take out questions whose messages were erased, and gaps without any. Returns how many
    gaps changed."""
    with connection.cursor() as cursor:
        cursor.execute(ERASED)
        ids = [row[0] for row in cursor.fetchall()]
    for row in KnowledgeGap.objects.select_for_update(of=["self"]).filter(pk__in=ids):
        kept = _living(row.questions)
        if kept:
            _fill(row, kept, row.title)
        else:
            row.delete()
    return len(ids)


def _same(gap: Gap, rows: Iterable[KnowledgeGap]) -> KnowledgeGap | None:
    """The row that shares the most messages with a gap."""
    ids = {message for one in gap.questions for message in one.messages}
    shared = [(len(ids & _ids(row.questions)), row) for row in rows]
    most, row = max(shared, key=lambda pair: pair[0], default=(0, None))
    return row if most else None


def _fill(row: KnowledgeGap, questions: list[dict[str, Any]], title: str) -> KnowledgeGap:
    """A title that staff has read stays for as long as somebody's question says it."""
    texts = [one["text"][:LONGEST_TITLE] for one in questions]
    if row.title not in texts:
        row.title = title[:LONGEST_TITLE] if title[:LONGEST_TITLE] in texts else texts[0]
    row.questions, row.size = questions, len(questions)
    row.species = sorted({one["species"] for one in questions})
    row.unanswered, row.weak, row.disliked = (
        sum(reason in one["reasons"] for one in questions)
        for reason in (UNANSWERED, WEAK, DISLIKED)
    )
    row.save()
    return row


def _living(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(LIVING, [list(_ids(questions))])
        living = {row[0] for row in cursor.fetchall()}
    return [one for one in questions if living.issuperset(one["messages"])]


def _ids(questions: Iterable[dict[str, Any]]) -> set[str]:
    return {message for one in questions for message in one["messages"]}
