"""A section written anew on a vet's request: who works at it, its result, and its end."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from soap.draft import Draft
from soap.holding import save
from soap.models import Rewrite, Section, SoapNote
from soap.workflow.metadata import section_fields

ATTEMPTS = 3
# What no worker has finished by then is handed out again.
WAITS = timedelta(minutes=2)
Status = Rewrite.Status


def take(rewrite_id: UUID) -> Rewrite | None:
    """The rewrite with its section and note, counted as tried; None when it is over."""
    waiting = Rewrite.objects.filter(pk=rewrite_id, status=Status.WAITING)
    if not waiting.update(attempts=F("attempts") + 1):
        return None
    return Rewrite.objects.select_related("section__note").get(pk=rewrite_id)


@transaction.atomic
def store(*, rewrite: Rewrite, draft: Draft) -> Rewrite:
    """Put the new sentences in place, unless a vet has written or signed meanwhile."""
    note = SoapNote.objects.select_for_update(of=["self"]).get(pk=rewrite.section.note_id)
    current = Rewrite.objects.select_for_update().get(pk=rewrite.pk)
    if current.status != Status.WAITING:
        return current
    section = Section.objects.get(pk=rewrite.section_id)
    if note.is_locked or section.state == Section.State.EDITED:
        return _end(current, Status.OVERTAKEN)
    fields = section_fields(draft, section.kind)
    section.drafted, section.text = fields["drafted"], fields["text"]
    section.state, section.version = Section.State.PENDING, section.version + 1
    section.edited_by = section.edited_at = None
    section.save()
    save(note)
    current.made_by = draft.made_by
    return _end(current, Status.DONE)


def fail(*, rewrite: Rewrite, error: str) -> None:
    """Count a failed attempt; the last one ends it."""
    rewrite.error = error[:300]
    if rewrite.attempts >= ATTEMPTS:
        _end(rewrite, Status.FAILED)
        return
    Rewrite.objects.filter(pk=rewrite.pk).update(error=rewrite.error, enqueued_at=None)


def stale(limit: int = 50) -> list[UUID]:
    """Rewrites to be enqueued, again or at last; they count as enqueued from now on."""
    lost = Q(enqueued_at=None) | Q(enqueued_at__lt=Now() - WAITS)
    waiting = Rewrite.objects.filter(lost, status=Status.WAITING)
    used_up = waiting.filter(attempts__gte=ATTEMPTS)
    used_up.update(status=Status.FAILED, finished_at=Now(), error="no worker finished it")
    ids = list(waiting.values_list("pk", flat=True)[:limit])
    Rewrite.objects.filter(pk__in=ids).update(enqueued_at=Now())
    return ids


def _end(rewrite: Rewrite, status: str) -> Rewrite:
    rewrite.status, rewrite.finished_at = status, timezone.now()
    rewrite.save(update_fields=["status", "finished_at", "made_by", "error"])
    return rewrite
