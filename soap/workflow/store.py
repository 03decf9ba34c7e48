"""저장: one note a consultation, with its sections, its event and the end of its job together."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.models import Consultation, Event
from chat.services import record_event
from profiles.models import Consent
from profiles.services import has_consent
from soap import jobs
from soap.draft import SECTIONS, Draft, Talk
from soap.jobs import Claim
from soap.models import Section, SoapNote
from soap.workflow.metadata import note_fields, section_fields


@transaction.atomic
def store(*, claim: Claim, draft: Draft, talk: Talk) -> SoapNote:
    """Store the note, or give back the one that is there. Raises jobs.LeaseLostError."""
    jobs.finish(claim=claim)
    consultation = _locked(claim.consultation_id)
    known = SoapNote.objects.filter(consultation=consultation).first()
    if known is not None:
        return known
    may_be_reviewed = has_consent(user=consultation.owner, kind=Consent.Kind.VET_REVIEW)
    note = SoapNote.objects.create(
        consultation=consultation,
        owner=consultation.owner,
        pet=consultation.pet,
        offered_at=timezone.now() if may_be_reviewed else None,
        **note_fields(draft, talk),
    )
    for kind in SECTIONS:
        Section.objects.create(note=note, **section_fields(draft, kind))
    payload = {"note": str(note.pk), "is_default": note.is_default}
    record_event(consultation=consultation, kind=Event.Kind.SOAP, payload=payload)
    return note


def _locked(consultation_id: UUID) -> Consultation:
    rows = Consultation.objects.select_for_update(of=["self"]).select_related("owner", "pet")
    return rows.get(pk=consultation_id)
