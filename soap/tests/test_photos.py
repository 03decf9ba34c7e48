"""Photos and recordings of a message: named in the note, and shown to the vet beside it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat import services
from chat.models import Upload
from chat.uploads import addresses
from soap import showing
from soap.draft import Animal, Said, Talk
from soap.extraction import default
from soap.models import Section
from soap.tests.notes import make_note
from soap.tests.portal import another

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


def recording(consultation, key="audio/one.webm"):
    return Upload.objects.create(
        owner=consultation.owner,
        consultation=consultation,
        kind="audio",
        status=Upload.Status.READY,
        key=key,
        content_type="audio/webm",
    )


def speak(consultation, upload, seconds=64.6):
    facts = {"transcription": str(uuid4()), "upload": str(upload.pk), "seconds": seconds}
    return services.send_message(
        consultation=consultation, author=consultation.owner, text="어제부터 토해요", spoken=facts
    )


def page_of(portal, note):
    return portal.get(reverse("admin:soap_soapnote_change", args=[note.pk])).content.decode()


def resting_on(message):
    """A note whose first sentence rests on a spoken message."""
    note = make_note(message.consultation)
    evidence = [{"kind": "audio", "id": str(message.pk), "label": ""}]
    drafted = [{"text": "어제부터 토함", "evidence": evidence}]
    Section.objects.filter(note=note, kind="S").update(drafted=drafted, text=drafted[0]["text"])
    return note


def test_the_vet_hears_the_recording_and_the_sentence_leads_to_it(portal, consultation, enqueued):
    upload = recording(consultation)
    message = speak(consultation, upload)

    page = page_of(portal, resting_on(message))

    [player] = re.findall(r"<audio[^>]*>", page)
    assert f'id="audio-{message.pk}"' in player
    assert f'data-target="audio-{message.pk}">녹음 · #1 ' in page
    assert {"controls", 'preload="none"'} <= set(player.split())
    assert 'aria-label="#1 녹음, 1분 5초"' in player
    address = unescape(re.search(r'src="([^"]+)"', player)[1])
    assert address.startswith(f"/api/v1/uploads/{upload.pk}/content?")
    token = parse_qs(urlsplit(address).query)["token"][0]
    assert addresses.is_good(upload.pk, addresses.FULL, token)


@pytest.mark.parametrize("status", ["removed", "refused", "checking"])
def test_a_recording_that_is_gone_is_said_to_be_and_the_sentence_leads_to_the_words(
    portal, consultation, enqueued, status
):
    upload = recording(consultation)
    message = speak(consultation, upload)
    Upload.objects.update(status=status)

    page = page_of(portal, resting_on(message))

    assert "<audio" not in page
    assert "녹음은 지워졌어요" in page
    assert f'data-target="said-{message.pk}"' in page


def test_a_recording_of_another_consultation_is_never_heard(portal, consultation, enqueued):
    theirs = recording(another("나비").consultation)
    message = speak(consultation, theirs)

    page = page_of(portal, resting_on(message))

    assert "<audio" not in page
    assert str(theirs.pk) not in page


def test_a_photo_is_no_recording(portal, consultation, photo, enqueued):
    page = page_of(portal, resting_on(speak(consultation, photo)))

    assert "<audio" not in page


def test_many_recordings_ask_as_many_questions_as_one(
    portal, consultation, enqueued, django_assert_num_queries
):
    first = speak(consultation, recording(consultation))
    note = resting_on(first)
    with CaptureQueriesContext(connection) as one:
        showing.conversation_of(note)
    for number in range(3):
        speak(consultation, recording(consultation, f"audio/{number}.webm"))

    with django_assert_num_queries(len(one)):
        said = showing.conversation_of(note)

    assert len({spoken.sound.address for spoken in said} - {""}) == 4


@pytest.mark.parametrize(
    ("seconds", "length"), [(0.6, "1초"), (59.4, "59초"), (60, "1분 0초"), (3599.6, "60분 0초")]
)
def test_the_length_of_a_recording_is_told_in_minutes(seconds, length):
    assert showing.Sound("", seconds).length == length
