"""A vet's review: who may, what follows what, who was first, and what nobody can undo."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from chat.models import Event
from soap import assigning, holding, reviewing, tasks
from soap.models import AccessLog, Amendment, Section, SoapNote
from soap.reading import section_texts
from soap.tests.notes import DRAFTED, make_note, make_vet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr(tasks.embed_note, "delay", lambda _job: None)


@pytest.fixture
def vet(db):
    return make_vet("마음")


@pytest.fixture
def colleague(db):
    return make_vet("다솜")


@pytest.fixture
def note(consultation):
    return make_note(consultation)


def section(note, kind="S"):
    return Section.objects.get(note=note, kind=kind)


def approved(note, vet):
    opened = reviewing.open_note(note=note, vet=vet)
    return reviewing.approve(note=note, vet=vet, read_version=opened.version)


def test_the_first_to_open_a_note_takes_it_into_review(note, vet, colleague):
    reviewing.open_note(note=note, vet=vet, address="10.0.0.7")

    note.refresh_from_db()
    assert (note.status, note.assigned_to) == ("in_review", None)
    assert note in SoapNote.objects.reviewable_by(colleague)
    [entry] = AccessLog.objects.all()
    assert (entry.actor_id, entry.note_id, entry.owner_id) == (vet.pk, note.pk, note.owner_id)
    assert (entry.action, entry.address) == ("open", "10.0.0.7")


def test_a_note_assigned_to_another_vet_cannot_be_opened(note, vet, colleague):
    assigning.take(note=note, vet=vet)

    with pytest.raises(PermissionDenied):
        reviewing.open_note(note=note, vet=colleague)
    assert [entry.action for entry in AccessLog.objects.all()] == ["assign"]


def test_who_had_a_note_open_is_told_who_has_it_now(note, vet, colleague):
    opened = reviewing.open_note(note=note, vet=colleague)
    assigning.take(note=note, vet=vet)

    with pytest.raises(holding.NoteTaken, match="note_taken") as refused:
        reviewing.edit(section=section(note), text="x", vet=colleague, read_version=1)
    assert "마음 님이 맡은" in str(refused.value.message)

    reviewing.approve(note=note, vet=vet, read_version=opened.version + 1)
    with pytest.raises(holding.NoteTaken) as refused:
        reviewing.approve(note=note, vet=colleague, read_version=opened.version)
    assert "마음 님이 먼저 승인한" in str(refused.value.message)


def test_a_note_is_taken_given_back_and_taken_by_another(note, vet, colleague):
    assigning.take(note=note, vet=vet)
    with pytest.raises(PermissionDenied):
        assigning.take(note=note, vet=colleague)
    assigning.release(note=note, vet=vet)
    assigning.take(note=note, vet=colleague)

    assert SoapNote.objects.get().assigned_to == colleague
    with pytest.raises(PermissionDenied):
        assigning.release(note=note, vet=vet)


def test_a_note_of_the_common_queue_cannot_be_given_back(note, vet):
    with pytest.raises(assigning.NotYours):
        assigning.release(note=note, vet=vet)


def test_a_note_whose_owner_did_not_agree_is_in_no_vets_queue(note, vet):
    SoapNote.objects.update(offered_at=None)

    assert not SoapNote.objects.reviewable_by(vet).exists()
    with pytest.raises(PermissionDenied):
        reviewing.open_note(note=note, vet=vet)


def test_without_the_permission_nobody_reviews(note, stranger):
    with pytest.raises(PermissionDenied):
        reviewing.open_note(note=note, vet=stranger)


def test_a_note_is_visible_to_its_owner_alone(note, owner, stranger):
    assert note in SoapNote.objects.visible_to(owner)
    assert note not in SoapNote.objects.visible_to(stranger)


def test_a_section_is_edited_and_counts_as_the_vets(note, vet):
    reviewing.edit(section=section(note), text="  노란 토   세 번 \n\n", vet=vet, read_version=1)

    edited = section(note)
    assert (edited.text, edited.state, edited.edited_by) == ("노란 토 세 번", "edited", vet)


def test_the_second_to_save_is_told_who_was_first_and_changes_nothing(note, vet, colleague):
    read = section(note).version
    reviewing.edit(section=section(note), text="먼저", vet=vet, read_version=read)

    with pytest.raises(holding.NoteChanged) as refused:
        reviewing.edit(section=section(note), text="나중", vet=colleague, read_version=read)

    assert "마음 님이" in str(refused.value.message)
    assert section(note).text == "먼저"


def test_two_vets_may_change_two_sections(note, vet, colleague):
    reviewing.edit(section=section(note, "S"), text="하나", vet=vet, read_version=1)
    reviewing.edit(section=section(note, "P"), text="둘", vet=colleague, read_version=1)

    assert (section(note, "S").text, section(note, "P").text) == ("하나", "둘")


def test_nobody_signs_what_was_not_read(note, vet, colleague):
    opened = reviewing.open_note(note=note, vet=vet)
    reviewing.edit(section=section(note), text="먼저", vet=colleague, read_version=1)

    with pytest.raises(holding.NoteChanged):
        reviewing.approve(note=note, vet=vet, read_version=opened.version)


def test_accepting_keeps_a_vets_own_text_and_restoring_brings_the_draft_back(note, vet):
    Section.objects.filter(note=note, kind="S").update(drafted=[{"text": "초안", "evidence": []}])
    reviewing.edit(section=section(note), text="고친 글", vet=vet, read_version=1)

    reviewing.accept(section=section(note), vet=vet, read_version=2)
    assert (section(note).text, section(note).state) == ("고친 글", "edited")

    reviewing.restore(section=section(note), vet=vet, read_version=2)
    assert (section(note).text, section(note).state) == ("초안", "accepted")


@pytest.mark.parametrize("text", ["", "  \n ", "\x00"])
def test_a_section_cannot_be_left_empty(note, vet, text):
    with pytest.raises(reviewing.SectionEmpty):
        reviewing.edit(section=section(note), text=text, vet=vet, read_version=1)


def test_an_approval_signs_all_sections_and_tells_the_owner(note, vet):
    signed = approved(note, vet)

    assert (signed.status, signed.approved_by) == ("approved", vet)
    assert {one.state for one in signed.sections.all()} == {"accepted"}
    told = Event.objects.get(consultation=note.consultation, kind="soap")
    assert told.payload == {"note": str(note.pk), "approved": True}


def test_an_approved_note_cannot_be_edited_or_approved_again(note, vet):
    signed = approved(note, vet)

    for act in (
        lambda: reviewing.edit(section=section(note), text="다시", vet=vet, read_version=1),
        lambda: reviewing.accept(section=section(note), vet=vet, read_version=1),
        lambda: reviewing.approve(note=note, vet=vet, read_version=signed.version),
    ):
        with pytest.raises(holding.NoteLocked):
            act()
    assert section(note).text == DRAFTED["S"]


@pytest.mark.parametrize(
    "statement",
    [
        "update soap_section set text = 'x'",
        "update soap_soapnote set keywords = '{}'",
        "update soap_soapnote set status = 'draft', approved_at = null, approved_by_id = null",
        "update soap_accesslog set actor_email = 'x@example.com'",
        "delete from soap_accesslog",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_signed(note, vet, statement):
    approved(note, vet)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_amendment_is_added_with_its_reason_and_the_signed_text_stays(note, vet):
    approved(note, vet)

    reviewing.amend(section=section(note), text="네 번이었어요", reason="보호자 정정", vet=vet)

    assert section(note).text == DRAFTED["S"]
    assert section_texts(note)["S"] == "네 번이었어요"
    with pytest.raises(DatabaseError), transaction.atomic():
        Amendment.objects.update(text="없던 일")


def test_an_amendment_needs_a_reason_and_an_approved_note(note, vet):
    with pytest.raises(reviewing.NotApproved):
        reviewing.amend(section=section(note), text="x", reason="까닭", vet=vet)
    approved(note, vet)
    with pytest.raises(reviewing.ReasonMissing):
        reviewing.amend(section=section(note), text="x", reason=" ", vet=vet)


def test_assigning_needs_its_own_permission(note, vet, colleague, stranger):
    with pytest.raises(PermissionDenied):
        assigning.assign(note=note, to=colleague, by=vet)

    head = make_vet("원장", "assign_soapnote")
    with pytest.raises(assigning.NotAVet):
        assigning.assign(note=note, to=stranger, by=head)
    assigning.assign(note=note, to=colleague, by=head)

    assert SoapNote.objects.reviewable_by(colleague).get() == note
    assert not SoapNote.objects.reviewable_by(vet).exists()
    assert not SoapNote.objects.reviewable_by(head).exists()
    assert SoapNote.objects.listed_for(head).get() == note


def test_every_change_is_in_the_history(note, vet):
    reviewing.edit(section=section(note), text="고친 글", vet=vet, read_version=1)

    history = Section.pgh_event_model.objects.filter(pgh_obj=section(note)).order_by("pgh_id")
    assert [entry.text for entry in history] == [DRAFTED["S"], "고친 글"]


def test_the_history_cannot_be_shortened(note):
    with pytest.raises(DatabaseError), transaction.atomic():
        Section.pgh_event_model.objects.all().delete()


@pytest.mark.parametrize("erased", ["consultation", "pet", "owner"])
def test_with_the_owners_words_goes_the_note_and_its_history(note, vet, erased):
    approved(note, vet)
    reviewing.amend(section=section(note), text="고친 글", reason="정정", vet=vet)

    getattr(note, erased).delete()

    assert not SoapNote.objects.exists()
    assert not Amendment.objects.exists()
    assert not Section.pgh_event_model.objects.exists()
    assert not SoapNote.pgh_event_model.objects.exists()
    assert AccessLog.objects.exists()
