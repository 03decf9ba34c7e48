"""Whether vets may read a note is its owner's word, and holds at once."""

import pytest
from rest_framework.test import APIClient

from profiles.models import Consent
from profiles.services import change_consent, has_consent
from soap import assigning, holding, offering, reviewing
from soap.models import SoapNote

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handed")]
VET_REVIEW = Consent.Kind.VET_REVIEW


def refuse(owner):
    change_consent(user=owner, kind=VET_REVIEW, is_granted=False)


def test_a_consent_taken_back_takes_the_notes_out_of_vets_sight(note, owner, vet):
    assigning.take(note=note, vet=vet)

    refuse(owner)

    assert not SoapNote.objects.reviewable_by(vet).exists()
    assert not SoapNote.objects.listed_for(vet).exists()


def test_a_vet_who_had_it_open_is_told_why(note, owner, vet):
    opened = reviewing.open_note(note=note, vet=vet)
    refuse(owner)

    with pytest.raises(holding.NoteTaken) as refused:
        reviewing.approve(note=note, vet=vet, read_version=opened.version)
    assert "동의를 거둬" in str(refused.value.message)


def test_what_a_vet_has_signed_stays_as_it_was_signed(note, owner, vet):
    reviewing.approve(note=note, vet=vet, read_version=note.version)

    refuse(owner)

    assert SoapNote.objects.get().approved_by == vet


def test_another_owners_notes_stay(note, stranger, vet):
    refuse(stranger)

    assert SoapNote.objects.reviewable_by(vet).get() == note


def test_asking_for_a_review_consents_and_offers_once(note, owner, vet):
    refuse(owner)

    first = offering.ask_review(note=note, owner=owner)
    again = offering.ask_review(note=note, owner=owner)

    assert has_consent(user=owner, kind=VET_REVIEW)
    assert first.offered_at == again.offered_at
    assert SoapNote.objects.reviewable_by(vet).get() == note


def test_a_signed_note_is_not_offered_again(note, owner, vet):
    reviewing.approve(note=note, vet=vet, read_version=note.version)

    with pytest.raises(offering.AlreadyReviewed):
        offering.ask_review(note=note, owner=owner)


def test_another_owner_cannot_offer_it(note, stranger, client):
    with pytest.raises(SoapNote.DoesNotExist):
        offering.ask_review(note=note, owner=stranger)
    client.force_login(stranger)
    assert client.post(f"/notes/{note.pk}/review").status_code == 404


def test_the_owner_asks_on_the_page_and_over_rest(note, owner, vet, client):
    refuse(owner)
    client.force_login(owner)

    told = client.post(f"/notes/{note.pk}/review", follow=True).content.decode()
    assert "확인을 부탁했어요" in told
    assert "검토 대기" in told

    refuse(owner)
    api = APIClient()
    api.force_authenticate(owner)
    answer = api.post(f"/api/v1/notes/{note.pk}/review-request")
    assert (answer.status_code, answer.json()["review"]) == (200, "waiting")
    reviewing.approve(note=note, vet=vet, read_version=SoapNote.objects.get().version)
    refused = api.post(f"/api/v1/notes/{note.pk}/review-request")
    assert (refused.status_code, refused.json()["code"]) == (409, "note_already_reviewed")
