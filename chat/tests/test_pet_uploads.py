"""Portraits and documents of a pet: the same care as for photos of a consultation."""

import pytest
from django.utils import timezone

from chat import tasks
from chat.models import Upload
from chat.tests.files import picture
from chat.tests.uploading import UPLOADS, post_file
from chat.uploads import retention

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload_for(api, dog, checks, django_capture_on_commit_callbacks):
    def uploaded(purpose="portrait"):
        body = picture()
        asked = api.post(UPLOADS, asked_for(dog, purpose=purpose, size=len(body))).json()
        assert post_file(asked, body).status_code == 204
        with django_capture_on_commit_callbacks(execute=True):
            api.post(f"{UPLOADS}/{asked['id']}/confirm")
        tasks.check_upload(asked["id"])
        return Upload.objects.get(pk=asked["id"])

    return uploaded


def asked_for(pet, **more):
    about = {"pet": str(pet.pk), "purpose": "portrait", "kind": "photo", "name": "보리.jpg"}
    return about | {"content_type": "image/jpeg", "size": 1000} | more


@pytest.mark.parametrize("purpose", ["portrait", "document"])
def test_a_pet_s_photo_stays_until_its_owner_removes_it(upload_for, api, dog, purpose):
    row = upload_for(purpose)
    assert (row.status, row.pet, row.consultation, row.removes_at) == ("ready", dog, None, None)
    found = api.get(f"{UPLOADS}/{row.pk}").json()
    assert (found["purpose"], found["pet"], found["consultation"]) == (purpose, str(dog.pk), None)
    assert found["thumb_url"]


def test_a_new_portrait_takes_the_place_of_the_old(upload_for, dog):
    first, document = upload_for(), upload_for("document")
    second = upload_for()
    shown = Upload.objects.usable().filter(pet=dog)
    assert set(shown) == {second, document}
    retention.remove_due()
    first.refresh_from_db()
    assert first.removes_at is None  # its bytes are gone


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": "talk"},
        {"kind": "audio", "content_type": "audio/wav"},
        {"purpose": "other"},
    ],
)
def test_a_place_that_is_unclear_is_refused(api, dog, changes):
    answer = api.post(UPLOADS, asked_for(dog, **changes))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert not Upload.objects.exists()


def test_both_or_none_is_refused(api, dog, consultation):
    both = api.post(UPLOADS, asked_for(dog, consultation=str(consultation.pk)))
    none = {"purpose": "portrait", "kind": "photo", "content_type": "image/jpeg", "size": 10}
    assert (both.status_code, api.post(UPLOADS, none).status_code) == (400, 400)


def test_another_owner_s_pet_is_not_found(sign_in, stranger, dog):
    assert sign_in(stranger).post(UPLOADS, asked_for(dog)).status_code == 404


def test_a_pet_s_photo_goes_into_no_message(upload_for, api, consultation, enqueued):
    row = upload_for()
    body = {"consultation": str(consultation.pk), "text": "보세요", "photos": [str(row.pk)]}
    assert api.post("/api/v1/chat/send", body).json()["code"] == "photo_unusable"


def test_an_erased_pet_takes_its_files_along(upload_for, dog, settings):
    row = upload_for()
    assert (settings.MEDIA_ROOT / row.key).is_file()
    dog.delete()
    assert retention.remove_orphans() > 0
    assert not (settings.MEDIA_ROOT / row.key).exists()
    assert timezone.now() > row.created_at
