"""What is removed and when; and that deletion reaches the files."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from chat import services, tasks
from chat.models import Upload
from chat.tests.files import picture, recording
from chat.tests.uploading import UPLOADS, post_file
from profiles.models import Pet, User


@pytest.fixture
def files(settings):
    """Every file in the storage."""

    def found() -> set[str]:
        every = (file for file in settings.MEDIA_ROOT.rglob("*") if file.is_file())
        return {file.relative_to(settings.MEDIA_ROOT).as_posix() for file in every}

    return found


@pytest.fixture
def after():
    """Run the scheduled removal some time from now."""

    def run(**much: float) -> None:
        due = Upload.objects.exclude(removes_at=None)
        due.update(removes_at=F("removes_at") - timedelta(**much))
        tasks.remove_due_files()

    return run


def test_a_recording_is_removed_after_thirty_days(api, upload, files, after):
    found = upload(recording(1), "wav")
    assert found.removes_at - found.checked_at == timedelta(days=30)
    assert api.get(f"{UPLOADS}/{found.pk}").json()["removes_at"] is not None

    after(days=29, hours=23)
    assert files() == {found.key}
    after(hours=1, minutes=1)
    found.refresh_from_db()
    assert (found.status, found.name, found.removes_at) == ("removed", "", None)
    assert files() == set()
    assert api.get(f"{UPLOADS}/{found.pk}").status_code == 404


def test_how_many_days_is_a_setting(upload, settings):
    settings.MEDIA_AUDIO_DAYS = 3
    found = upload(recording(1), "wav")

    assert found.removes_at - found.checked_at == timedelta(days=3)


def test_a_kept_recording_stays(api, upload, files, after):
    found = upload(recording(1), "wav")
    answer = api.post(f"{UPLOADS}/{found.pk}/keep", {"is_kept": True})
    after(days=400)

    assert (answer.json()["is_kept"], answer.json()["removes_at"]) == (True, None)
    assert files() == {found.key}


def test_who_takes_a_keeping_back_has_a_day_left(api, upload):
    found = upload(recording(1), "wav")
    address = f"{UPLOADS}/{found.pk}/keep"
    api.post(address, {"is_kept": True})
    assert api.post(address, {"is_kept": False}).status_code == 200
    found.refresh_from_db()
    assert found.removes_at == found.checked_at + timedelta(days=30)

    api.post(address, {"is_kept": True})
    Upload.objects.update(checked_at=timezone.now() - timedelta(days=90))
    api.post(address, {"is_kept": False})
    found.refresh_from_db()
    assert timedelta(hours=23) < found.removes_at - timezone.now() <= timedelta(days=1)


def test_only_a_checked_recording_can_be_kept(api, upload, ask):
    for one in (upload(picture()).pk, ask("wav")["id"]):
        answer = api.post(f"{UPLOADS}/{one}/keep", {"is_kept": True})
        assert (answer.status_code, answer.json()["code"]) == (409, "cannot_keep")
    assert answer.json()["message"] == "확인이 끝난 녹음만 계속 보관할 수 있어요."


def test_what_was_never_finished_is_removed_after_a_day(ask, files, after, checks):
    asked = ask()
    post_file(asked, b"x")
    after(hours=23)
    assert files() == {f"incoming/{asked['id']}"}
    after(hours=2)

    assert Upload.objects.get().status == "removed"
    assert files() == set()


def test_what_waits_for_its_check_is_not_lost_in_a_long_outage(api, ask, files, after, checks):
    asked = ask("wav")
    post_file(asked, b"x")
    api.post(f"{UPLOADS}/{asked['id']}/confirm")
    after(days=3)

    assert Upload.objects.get().status == "checking"
    assert files() == {f"incoming/{asked['id']}"}


def test_a_photo_that_was_never_sent_is_removed_after_a_day(upload, files, after):
    upload(picture())
    after(hours=25)

    assert files() == set()


def test_a_photo_that_was_sent_stays(owner, consultation, upload, files, after, enqueued):
    found = upload(picture())
    services.send_message(
        consultation=consultation, author=owner, text="눈이 빨개요", photos=[found.pk]
    )
    after(days=400)

    assert len(files()) == 2


@pytest.mark.parametrize("what", ["upload", "consultation", "pet", "owner"])
def test_bytes_go_with_the_rows(upload, files, what):
    found = upload(recording(1), "wav")
    other = upload(picture())
    Upload.objects.filter(pk=other.pk).update(status="ready")
    assert tasks.remove_orphan_files() == 0
    assert len(files()) == 3
    rows = {
        "upload": Upload.objects.filter(pk=found.pk),
        "consultation": type(found.consultation).objects.filter(pk=found.consultation_id),
        "pet": Pet.objects.filter(pk=found.consultation.pet_id),
        "owner": User.objects.filter(pk=found.owner_id),
    }
    rows[what].delete()

    assert tasks.remove_orphan_files() == (1 if what == "upload" else 3)
    assert len(files()) == (2 if what == "upload" else 0)


def test_what_is_none_of_ours_is_left_alone(settings, upload, files):
    upload(picture())
    for name in ("notes.txt", "incoming/readme", "photo/readme/x.jpg"):
        (settings.MEDIA_ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.MEDIA_ROOT / name).write_text("x")

    assert tasks.remove_orphan_files() == 0
    assert {"notes.txt", "incoming/readme", "photo/readme/x.jpg"} < files()


def test_what_arrives_is_no_orphan(ask, files):
    asked = ask()
    post_file(asked, b"x")

    assert tasks.remove_orphan_files() == 0
    assert len(files()) == 1


def test_what_came_after_the_check_is_an_orphan(settings, upload, files):
    found = upload(recording(1), "wav")
    for late in (f"incoming/{found.pk}", f"incoming/{found.pk}.part"):
        (settings.MEDIA_ROOT / late).write_bytes(b"late")

    assert tasks.remove_orphan_files() == 2
    assert files() == {found.key}


def test_orphans_are_looked_for_in_turns(settings, upload, files, monkeypatch):
    monkeypatch.setattr("chat.uploads.retention.A_PAGE", 2)
    monkeypatch.setattr("chat.uploads.retention.PAGES_AT_ONCE", 1)
    for _ in range(3):
        upload(picture())
    Upload.objects.all().delete()
    removed = [tasks.remove_orphan_files() for _ in range(4)]

    assert sum(removed) == 6
    assert max(removed) == 2
    assert files() == set()


def test_a_storage_that_is_away_only_delays_a_removal(api, upload, files, monkeypatch):
    from chat.uploads.storage import Folder, StorageDownError

    found = upload(recording(1), "wav")

    def away(*_):
        raise StorageDownError("away")

    with monkeypatch.context() as outage:
        outage.setattr(Folder, "remove", away)
        api.delete(f"{UPLOADS}/{found.pk}")
        assert tasks.remove_due_files() == 0
        assert tasks.remove_orphan_files() == 0
    assert files() == {found.key}

    assert tasks.remove_due_files() == 1
    assert files() == set()
    assert tasks.remove_due_files() == 0


def test_refused_bytes_do_not_stay(upload, files):
    assert upload(b"<svg/>" * 100).status == "refused"

    assert files() == set()
    assert tasks.remove_due_files() == 1
    assert Upload.objects.get().status == "refused"
