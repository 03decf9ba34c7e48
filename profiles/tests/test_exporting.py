"""A copy of everything: whole, in Korean, of its owner alone; some days, then gone."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.utils import timezone

from chat import services as chat_services
from chat import tasks as chat_tasks
from chat.models import Upload
from chat.uploads import formats
from conftest import PASSWORD
from profiles import erasing, exporting, exports, purging, services, tasks
from profiles.models import DataExport, Erasure

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/exports"
PARTS = {
    "account", "consents", "sign_ins", "pets", "records", "weights", "care", "devices", "caretakers",
    "consultations",
    "messages", "feedback", "ratings", "uploads", "triage", "basis", "summaries", "follow_ups",
    "model_calls", "notes", "links", "link_views", "transcriptions",
}  # fmt: skip


@pytest.fixture
def queued(monkeypatch):
    ids = []
    monkeypatch.setattr(tasks.build_export, "delay", ids.append)
    monkeypatch.setattr(tasks.finish_erasure, "delay", lambda _id: None)
    return ids


@pytest.fixture
def built(api, queued, django_capture_on_commit_callbacks):
    """Ask and build: the row, as its owner would find it."""

    def run():
        with django_capture_on_commit_callbacks(execute=True):
            answer = api.post(URL)
        assert answer.status_code == 202, answer.json()
        tasks.build_export(queued[-1])
        return DataExport.objects.get(pk=answer.json()["id"])

    return run


@pytest.fixture
def talk(dog, owner, enqueued, settings):
    """A consultation with a message and a photo, whose file the storage holds."""
    opened = chat_services.open_consultation(owner=owner, pet=dog)
    chat_services.send_message(consultation=opened, author=owner, text="귀를 긁어요")
    photo = Upload(
        owner=owner, consultation=opened, kind="photo", status="ready", name="../보리 귀.jpg",
        content_type="image/jpeg",
    )  # fmt: skip
    photo.key = formats.checked_key("photo", photo.pk, "jpg")
    photo.save()
    place = settings.MEDIA_ROOT / photo.key
    place.parent.mkdir(parents=True)
    place.write_bytes(b"bytes of a photo")
    return opened


def opened(row) -> zipfile.ZipFile:
    with default_storage.open(row.key) as body:
        return zipfile.ZipFile(BytesIO(body.read()))


def stored() -> list[str]:
    """Copies that lie in the storage."""
    folders = default_storage.listdir("exports")[0] if default_storage.exists("exports") else []
    return [file for folder in folders for file in default_storage.listdir(f"exports/{folder}")[1]]


def read(file, part):
    return json.loads(file.read(f"{part}.json").decode())


def test_everything_is_in_it_with_its_files(built, talk, dog):
    services.add_record(pet=dog, facts={"kind": "visit", "title": "귀 치료"})

    row = built()

    file = opened(row)
    assert {
        name.removesuffix(".json") for name in file.namelist() if name.endswith("json")
    } == PARTS
    assert {part.name for part in exporting.parts()} == PARTS
    assert read(file, "account")["email"] == "bori@example.com"
    assert read(file, "pets")[0]["name"] == "보리"
    assert read(file, "records")[0]["title"] == "귀 치료"
    assert read(file, "messages")[0]["text"] == "귀를 긁어요"
    assert read(file, "triage")[0]["urgency"]
    (upload,) = read(file, "uploads")
    assert upload["file"].endswith("/보리 귀.jpg")
    assert ".." not in upload["file"]
    assert file.read(upload["file"]) == b"bytes of a photo"
    told = file.read("README.txt").decode()
    assert all(f"{part}.json: " in told for part in PARTS)
    assert "귀를 긁어요" in file.read("messages.json").decode()  # as it is read, not escaped


def test_no_secret_is_in_it(built, owner, dog):
    file = opened(built())
    told = " ".join(file.read(name).decode() for name in file.namelist())
    owner.refresh_from_db()
    assert owner.password not in told
    assert owner.sign_ins.get().refresh_digest not in told


def test_nothing_of_another_owner_is_in_it(built, stranger, talk, enqueued):
    rabbit = services.register_pet(
        owner=stranger, facts={"name": "낯선토끼", "species": "rabbit", "weight_kg": 2}
    )
    services.add_record(pet=rabbit, facts={"kind": "visit", "title": "낯선방문"})
    theirs = chat_services.open_consultation(owner=stranger, pet=rabbit)
    chat_services.send_message(consultation=theirs, author=stranger, text="낯선증상이에요")

    file = opened(built())

    told = " ".join(file.read(name).decode() for name in file.namelist() if "json" in name)
    for word in ("낯선", stranger.email, str(stranger.pk), str(rabbit.pk), str(theirs.pk)):
        assert word not in told


def test_a_file_that_is_gone_is_said_and_the_rest_is_there(built, talk, settings):
    for photo in settings.MEDIA_ROOT.rglob("*.jpg"):
        photo.unlink()

    file = opened(built())

    assert "보관 기간이 지나" in file.read("README.txt").decode()
    assert read(file, "messages")


def test_its_owner_is_told_and_downloads_it(built, client, owner, api):
    row = built()

    (sent,) = mail.outbox
    assert (sent.to, "/me#exports" in sent.body) == ([owner.email], True)
    assert api.get(f"{URL}/{row.pk}").json()["status"] == "ready"
    client.force_login(owner)
    answer = client.get(f"/me/exports/{row.pk}/file")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("attachment")
    assert zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))).testzip() is None
    assert f"/me/exports/{row.pk}/file" in client.get("/me").content.decode()


def test_nobody_else_gets_it(built, client, stranger, sign_in):
    row = built()

    assert client.get(f"/me/exports/{row.pk}/file").status_code == 302
    client.force_login(stranger)
    assert client.get(f"/me/exports/{row.pk}/file").status_code == 404
    assert sign_in(stranger).get(f"{URL}/{row.pk}").status_code == 404
    assert sign_in(stranger).get(URL).json()["results"] == []


def test_one_at_a_time_and_three_a_day(built, api, queued, time_machine):
    api.post(URL)
    assert api.post(URL).json()["code"] == "export_under_way"
    DataExport.objects.all().delete()

    for _ in range(3):
        built()
    refused = api.post(URL)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_exports")

    time_machine.move_to(timezone.now() + timedelta(hours=25))
    DataExport.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert tasks.sweep_exports() == 0


def test_a_failed_attempt_is_tried_again_and_three_are_the_end(api, queued, monkeypatch, caplog):
    def broken(*_):
        raise OSError("no room")

    api.post(URL)
    row = DataExport.objects.get()
    monkeypatch.setattr(exporting, "write", broken)
    for attempt in (1, 2, 3):
        tasks.build_export(str(row.pk))
        row.refresh_from_db()
        assert (row.status, row.attempts, row.error) == ("queued", attempt, "OSError")
        assert tasks.sweep_exports() == 1

    tasks.build_export(str(row.pk))

    row.refresh_from_db()
    assert row.status == "dead"
    assert api.post(URL).status_code == 202


def test_what_a_worker_holds_is_not_taken_twice(api, queued, monkeypatch):
    api.post(URL)
    row = DataExport.objects.get()
    seen = []

    def again(*_):
        seen.append(exports.build(export_id=row.pk))

    monkeypatch.setattr(exporting, "write", lambda user, path: (again(), path.write_bytes(b"zip")))
    assert exports.build(export_id=row.pk) is True
    assert seen == [False]


def test_a_lost_one_is_enqueued_again(api, queued):
    api.post(URL)
    assert tasks.sweep_exports() == 0
    DataExport.objects.update(enqueued_at=timezone.now() - timedelta(minutes=2))
    assert tasks.sweep_exports() == 1
    assert tasks.sweep_exports() == 0
    DataExport.objects.update(attempts=1, enqueued_at=timezone.now() - exports.LONGEST * 2)
    assert tasks.sweep_exports() == 1


def test_after_its_days_the_file_is_gone(built, client, owner):
    row = built()
    chat_tasks.remove_orphan_files()
    assert default_storage.exists(row.key)

    DataExport.objects.update(expires_at=timezone.now())
    assert tasks.sweep_exports() == 1

    assert not default_storage.exists(row.key)
    row.refresh_from_db()
    assert (row.status, row.key) == ("removed", "")
    client.force_login(owner)
    assert client.get(f"/me/exports/{row.pk}/file").status_code == 404


def test_it_goes_with_the_account_even_while_it_is_built(built, api, queued, owner, monkeypatch):
    row = built()
    api.post(URL)
    original, erased = exporting.write, []

    def erasing_first(user, path):
        original(user, path)
        erased.append(erasing.erase_account(user=owner, password=PASSWORD))

    monkeypatch.setattr(exporting, "write", erasing_first)
    under_way = DataExport.objects.get(status="queued")
    tasks.build_export(str(under_way.pk))
    purging.purge(erasure_id=erased[0].pk)

    assert under_way.pk != row.pk
    assert stored() == []


def test_a_copy_that_holds_what_was_erased_goes_and_one_under_way_begins_anew(
    built, api, queued, dog, cat, monkeypatch
):
    row, original = built(), exporting.write
    old = row.key
    api.post(URL)

    def erasing_first(user, path):
        original(user, path)
        erasing.erase_pet(pet=dog)

    monkeypatch.setattr(exporting, "write", erasing_first)
    under_way = DataExport.objects.get(status="queued")
    exports.build(export_id=under_way.pk)
    under_way.refresh_from_db()
    assert under_way.status == "queued"
    for erasure in Erasure.objects.all():
        purging.purge(erasure_id=erasure.pk)
    row.refresh_from_db()
    assert (row.status, stored()) == ("removed", [])
    assert not default_storage.exists(old)

    monkeypatch.setattr(exporting, "write", original)
    assert tasks.sweep_exports() == 1
    exports.build(export_id=under_way.pk)
    under_way.refresh_from_db()
    assert [pet["name"] for pet in read(opened(under_way), "pets")] == ["나비"]


def test_the_page_says_what_is_kept_as_the_settings_have_it(client, owner, settings):
    settings.MEDIA_AUDIO_DAYS, settings.MEDIA_UNFINISHED_HOURS = 11, 13
    client.force_login(owner)

    shown = client.get("/me").content.decode()

    for told in ("11일 (", "13시간", "Anthropic PBC", "OpenAI OpCo", "7일"):
        assert told in shown
    assert client.post("/me/exports")["Location"] == "/me"
    assert "모으고 있어요" in client.get("/me").content.decode()
