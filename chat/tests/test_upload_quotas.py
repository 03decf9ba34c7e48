"""How much one owner may upload a day: files, bytes, minutes of sound."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from chat.models import Upload
from chat.tests.files import recording
from chat.tests.uploading import UPLOADS, asked_for

MEGABYTE = 1024 * 1024


def assert_spent(answer, code: str, message: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (429, code)
    assert answer.json()["message"] == message


def test_the_files_of_a_day_are_counted(api, consultation, ask, settings):
    settings.MEDIA_FILES_A_DAY = 2
    ask(), ask("wav")

    sentence = "오늘 올릴 수 있는 파일 수를 모두 썼어요. 내일 다시 올려 주세요."
    assert_spent(api.post(UPLOADS, asked_for(consultation)), "quota_files", sentence)
    assert Upload.objects.count() == 2


def test_the_bytes_of_a_day_are_counted(api, consultation, ask, settings):
    settings.MEDIA_MEGABYTES_A_DAY = 30
    ask(size=20 * MEGABYTE)

    sentence = "오늘 올릴 수 있는 용량을 모두 썼어요. 내일 다시 올려 주세요."
    over = api.post(UPLOADS, asked_for(consultation, size=10 * MEGABYTE + 1))
    assert_spent(over, "quota_bytes", sentence)
    ask(size=10 * MEGABYTE)


def test_what_was_removed_still_counts(api, consultation, ask, settings, checks):
    settings.MEDIA_FILES_A_DAY = 1
    api.delete(f"{UPLOADS}/{ask()['id']}")

    assert api.post(UPLOADS, asked_for(consultation)).json()["code"] == "quota_files"


def test_tomorrow_is_another_day(ask, settings):
    settings.MEDIA_FILES_A_DAY = 1
    ask()
    Upload.objects.update(created_at=timezone.now() - timedelta(days=1))

    ask()


def test_the_day_begins_at_midnight_in_seoul(ask, settings):
    settings.MEDIA_FILES_A_DAY = 1
    ask()
    Upload.objects.update(created_at="2026-11-23T14:59:00Z")
    with time_machine.travel("2026-11-23T15:01:00Z"):
        from chat.uploads import quotas

        quotas.check(owner=Upload.objects.get().owner, kind="photo", size=1)


def test_owners_are_counted_apart(ask, sign_in, stranger, foreign, settings):
    settings.MEDIA_FILES_A_DAY = 1
    ask()

    assert sign_in(stranger).post(UPLOADS, asked_for(foreign)).status_code == 201


def test_a_recording_that_does_not_fit_into_the_day_is_refused(api, consultation, upload, settings):
    settings.MEDIA_AUDIO_MINUTES_A_DAY = 1
    assert upload(recording(40), "wav").status == "ready"
    over = upload(recording(30), "wav")

    sentence = "오늘 올릴 수 있는 음성 시간을 모두 썼어요. 내일 다시 올리거나 글로 적어 주세요."
    assert (over.status, over.refusal) == ("refused", "quota_audio_minutes")
    assert api.get(f"{UPLOADS}/{over.pk}").json()["message"] == sentence
    assert upload(recording(20), "wav").status == "ready"
    assert_spent(api.post(UPLOADS, asked_for(consultation, "wav")), "quota_audio_minutes", sentence)
    assert api.post(UPLOADS, asked_for(consultation)).status_code == 201


def test_a_removed_recording_keeps_its_minutes(api, consultation, upload, settings):
    settings.MEDIA_AUDIO_MINUTES_A_DAY = 1
    found = upload(recording(60), "wav")
    api.delete(f"{UPLOADS}/{found.pk}")

    answer = api.post(UPLOADS, asked_for(consultation, "wav"))
    assert answer.json()["code"] == "quota_audio_minutes"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_slip_through(owner, consultation, settings, at_once):
    from chat.uploads import asking, refusals

    settings.MEDIA_FILES_A_DAY = 3

    def one(_number: int) -> bool:
        try:
            asking.ask(
                owner=owner,
                consultation=consultation,
                kind="photo",
                name="",
                content_type="image/png",
                size=1,
            )
        except refusals.QuotaFiles:
            return False
        return True

    assert sum(at_once(6, one)) == 3
    assert Upload.objects.count() == 3
