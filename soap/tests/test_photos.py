"""Photos of a message: named in the note, and shown to the vet beside it."""

import pytest
from django.urls import reverse

from chat import services
from chat.models import Upload
from soap.draft import Animal, Said, Talk
from soap.extraction import default
from soap.models import Section
from soap.tests.notes import make_note

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handed")]


@pytest.fixture
def photo(consultation):
    return Upload.objects.create(
        owner=consultation.owner,
        consultation=consultation,
        kind="photo",
        status=Upload.Status.READY,
        key="photo/one.jpg",
        content_type="image/jpeg",
        body_part="eye",
    )


@pytest.fixture
def message(consultation, photo, enqueued):
    return services.send_message(
        consultation=consultation,
        author=consultation.owner,
        text="눈이 빨개요",
        photos=[photo.pk],
    )


def test_the_note_says_that_photos_came_and_of_what_and_nothing_of_what_they_show():
    said = Said("1", "owner", "눈이 빨개요", photos=(("a", "눈"), ("b", "눈"), ("c", "귀")))

    note = default.draft(Talk(Animal("보리", "dog"), (said,)))

    sent = note.sections["O"][-1]
    assert sent.text == "보호자가 보낸 사진 3장 (눈, 귀)"
    assert [(one.kind, one.id) for one in sent.evidence] == [
        ("photo", "a"), ("photo", "b"), ("photo", "c"),
    ]  # fmt: skip
    assert note.sections["O"][0].text == "직접 검진 소견 없음"


def test_the_vet_sees_the_photo_and_the_sentence_leads_to_it(portal, consultation, message, photo):
    note = make_note(consultation)
    evidence = [{"kind": "photo", "id": str(photo.pk), "label": ""}]
    drafted = [{"text": "보호자가 보낸 사진 1장 (눈)", "evidence": evidence}]
    Section.objects.filter(note=note, kind="O").update(drafted=drafted, text=drafted[0]["text"])

    page = portal.get(reverse("admin:soap_soapnote_change", args=[note.pk])).content.decode()

    assert f'id="photo-{photo.pk}"' in page
    assert f'data-target="photo-{photo.pk}"' in page
    assert f"/api/v1/uploads/{photo.pk}/content?variant=thumb" in page


def test_a_photo_that_was_removed_is_not_shown(portal, consultation, message, photo):
    note = make_note(consultation)
    Upload.objects.update(status=Upload.Status.REMOVED)

    page = portal.get(reverse("admin:soap_soapnote_change", args=[note.pk])).content.decode()

    assert str(photo.pk) not in page
