"""Facts from chat that this app hears: the row is made in the transaction of the fact."""

from functools import partial
from typing import Any
from uuid import UUID

import pgtrigger
from django.db import transaction
from django.db.models.signals import pre_delete  # noqa: TID251  (a cascade tells nobody else)
from django.dispatch import receiver

from chat import signals
from chat.models import Consultation
from profiles.models import Consent, User
from profiles.signals import consent_changed
from soap import jobs, offering, tasks
from soap.models import NoteJob, Section, SoapNote

HISTORIES = ("soap.SoapNoteEvent:append_only", "soap.SectionEvent:append_only")


@receiver(signals.consultation_ended)
def promise_note(consultation: Consultation, **_: Any) -> None:
    """대화 세션 종료: an ended or archived consultation gets a note. Erasing ends nothing."""
    job = jobs.create(consultation=consultation)
    transaction.on_commit(partial(tasks.enqueue, job.pk))


@receiver(consent_changed)
def respect_consent(user: User, kind: str, is_granted: bool, **_: Any) -> None:
    """동의 철회: what no vet has signed is out of their sight from this moment."""
    if kind == Consent.Kind.VET_REVIEW and not is_granted:
        offering.withdraw(owner=user)


@receiver(signals.consultations_erasing)
def stop_notes(ids: list[UUID], **_: Any) -> None:
    """Whoever writes a note of these consultations finds its job gone and stores nothing."""
    NoteJob.objects.filter(consultation__in=ids).delete()


@receiver(pre_delete, sender=SoapNote)
def forget_history(instance: SoapNote, **_: Any) -> None:
    """Deletion is deletion: with a note goes its history, which nothing else may shorten."""
    notes: Any = SoapNote
    sections: Any = Section
    with pgtrigger.ignore(*HISTORIES):
        sections.pgh_event_model.objects.filter(note_id=instance.pk).delete()
        notes.pgh_event_model.objects.filter(pgh_obj_id=instance.pk).delete()
