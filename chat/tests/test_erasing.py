"""Erasure of a consultation: its words, its files and its sockets, and nobody else's."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from chat import erasing, feedback, services, tasks
from chat.models import Consultation, Event, Feedback, Message, Rating, Upload
from chat.tests.bucket import BUCKET, versions
from chat.tests.files import picture, recording
from chat.tests.uploading import UPLOADS, post_file
from chat.uploads import formats
from drmaum.lib.threads import in_thread
from profiles import erasing as profiles_erasing
from profiles import purging
from profiles import tasks as profiles_tasks
from profiles.models import Erasure, Pet

FOREIGN = 4404


@pytest.fixture(autouse=True)
def _unqueued(monkeypatch):
    monkeypatch.setattr(profiles_tasks.finish_erasure, "delay", lambda _id: None)


@pytest.fixture
def files(settings):
    def found() -> list[str]:
        every = (file for file in settings.MEDIA_ROOT.rglob("*") if file.is_file())
        return sorted(file.relative_to(settings.MEDIA_ROOT).as_posix() for file in every)

    return found


@pytest.fixture
def portrait(dog, settings):
    """A portrait of the dog, with its bytes."""
    row = Upload(
        owner=dog.owner, pet=dog, kind="photo", purpose="portrait", status="ready",
        content_type="image/jpeg",
    )  # fmt: skip
    row.key = formats.checked_key("photo", row.pk, "jpg")
    row.save()
    place = settings.MEDIA_ROOT / row.key
    place.parent.mkdir(parents=True)
    place.write_bytes(picture())
    return row


def erase(consultation):
    return erasing.erase_consultation(consultation=consultation)


@pytest.mark.django_db
def test_a_consultation_goes_with_everything_said_in_it(api, say, consultation, owner, dog):
    message = say(consultation)
    reply = services.post_reply(
        message=message,
        reply_id=message.jobs.get().reply_id,
        text="답",
        status="complete",
        facts={},
    )
    feedback.rate_reply(reply=reply, is_helpful=True)
    Rating.objects.create(consultation=consultation, stars=5)
    other = services.open_consultation(owner=owner, pet=dog)
    say(other, "다른 상담이에요")

    body = api.delete(f"/api/v1/consultations/{consultation.pk}")

    assert body.status_code == 202
    assert {"name": "나눈 말과 답변", "count": 2} in body.json()["counts"]
    assert Consultation.objects.get() == other
    assert Message.objects.get().text == "다른 상담이에요"
    assert not Event.objects.filter(consultation=consultation.pk).exists()
    assert not Feedback.objects.exists()
    assert not Rating.objects.exists()
    assert api.get(f"/api/v1/consultations/{consultation.pk}").status_code == 404
    assert Pet.objects.get() == dog


@pytest.mark.django_db
def test_nobody_erases_what_is_not_theirs(api, foreign, client, owner):
    assert api.delete(f"/api/v1/consultations/{foreign.pk}").status_code == 404
    client.force_login(owner)
    assert client.post(f"/consultations/{foreign.pk}/erase").status_code == 404
    assert Consultation.objects.get() == foreign


@pytest.mark.django_db
def test_a_page_asks_before_it_erases(client, consultation, owner):
    client.force_login(owner)
    page = f"/consultations/{consultation.pk}/erase"

    assert "되돌릴 수 없어요" in client.get(page).content.decode()
    assert Consultation.objects.exists()

    gone = client.post(page)
    assert gone["Location"] == f"/erasures/{Erasure.objects.get().pk}"
    assert not Consultation.objects.exists()


def test_its_files_go_at_once_and_those_of_others_stay(upload, consultation, portrait, files):
    for body, ending in ((picture(), "jpg"), (recording(1), "wav")):
        upload(body, ending)
    assert len(files()) == 4

    purging.purge(erasure_id=erase(consultation).pk)

    assert Upload.objects.get() == portrait
    assert files() == [portrait.key]


def test_a_pet_takes_its_portrait_along(portrait, dog, files):
    purging.purge(erasure_id=profiles_erasing.erase_pet(pet=dog).pk)

    assert files() == []


def test_a_bucket_keeps_no_version_of_an_erased_file(s3, ask, consultation):
    key = f"incoming/{ask()['id']}"
    for body in (b"first", b"second"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    purging.purge(erasure_id=erase(consultation).pk)

    assert versions(s3) == []


def test_while_the_storage_is_away_the_receipt_stays_open(
    upload, consultation, files, settings, tmp_path, time_machine
):
    upload(picture())
    erasure = erase(consultation)
    time_machine.move_to(timezone.now() + purging.SETTLES * 2)
    (tmp_path / "media").rename(tmp_path / "away")
    (tmp_path / "media").write_text("no folder")
    assert purging.purge(erasure_id=erasure.pk) is False
    (tmp_path / "media").unlink()
    (tmp_path / "away").rename(tmp_path / "media")

    assert purging.purge(erasure_id=erasure.pk) is True
    assert files() == []


def test_a_file_that_was_being_checked_brings_nothing_back(ask, checks, consultation, api, files):
    asked = ask(size=len(picture()))
    post_file(asked, picture())
    api.post(f"{UPLOADS}/{asked['id']}/confirm")
    erasure = erase(consultation)

    tasks.check_upload(asked["id"])
    assert post_file(asked, picture()).status_code in (404, 409)
    purging.purge(erasure_id=erasure.pk)

    assert files() == []


@pytest.mark.django_db(transaction=True)
async def test_an_open_socket_is_closed(dial, consultation, ticket):
    socket = await dial(consultation, ticket)
    await socket.listen()

    await in_thread(erase)(consultation)

    assert await socket.hear_close() == FOREIGN


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_while_it_is_erased_is_refused_or_goes_too(consultation, owner, say):
    """The sender holds the consultation; the erasure waits, and takes the message along."""
    is_held, erased = threading.Event(), []

    def remove():
        is_held.wait(10)
        try:
            erased.append(erase(consultation))
        finally:
            connection.close()

    thread = threading.Thread(target=remove)
    thread.start()
    with transaction.atomic():
        say(consultation)
        is_held.set()
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(0.3)")
    thread.join(10)

    assert erased
    assert not Message.objects.exists()
    assert not Consultation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_give_one_receipt(consultation, at_once):
    first, second = at_once(2, lambda _number: erase(consultation).pk)

    assert first == second == Erasure.objects.get().pk
