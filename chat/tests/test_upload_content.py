"""Contents are read through signed addresses only: short-lived, for one upload and variant."""

import asyncio
from datetime import timedelta

import pytest
import time_machine
from django.test import AsyncRequestFactory
from django.utils import timezone
from rest_framework.test import APIClient

from chat import tasks
from chat.models import Upload
from chat.tests.files import picture, recording
from chat.tests.uploading import UPLOADS
from chat.uploads import addresses, streaming


@pytest.fixture
def photo(upload) -> Upload:
    return upload(picture())


@pytest.fixture
def audio(upload) -> Upload:
    return upload(recording(2), "wav")


def get(address: str, **headers: str):
    """As a page's image or player does: the address is all there is."""
    return APIClient().get(address, headers=headers)


def whole(answer) -> bytes:
    return b"".join(answer.streaming_content)


def stored(settings, found: Upload) -> bytes:
    return (settings.MEDIA_ROOT / found.key).read_bytes()


def test_a_ready_photo_has_addresses_that_work_without_signing_in(api, settings, photo):
    told = api.get(f"{UPLOADS}/{photo.pk}").json()
    full, thumb = get(told["url"]), get(told["thumb_url"])

    assert whole(full) == stored(settings, photo)
    assert (full.status_code, full["Content-Type"]) == (200, "image/jpeg")
    assert thumb["Content-Type"] == "image/webp"
    assert whole(thumb).startswith(b"RIFF")
    assert told["facts"] == {"width": 640, "height": 480}


def test_content_is_taken_for_nothing_else_and_kept_by_no_cache(photo):
    answer = get(addresses.address_of(photo))

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert answer["Content-Disposition"].endswith(".jpg")


def test_an_address_ends_after_five_minutes(photo):
    address = addresses.address_of(photo)
    with time_machine.travel(timezone.now() + timedelta(seconds=301)):
        answer = get(address)

    assert (answer.status_code, answer.json()["code"]) == (403, "address_ended")


def test_an_address_is_for_one_upload_and_one_variant(photo, audio):
    address = addresses.address_of(photo)

    assert get(address.replace("variant=full", "variant=thumb")).status_code == 403
    assert get(address.replace(str(photo.pk), str(audio.pk))).status_code == 403
    assert get(f"{UPLOADS}/{photo.pk}/content").status_code == 403
    assert get(address[:-1]).status_code == 403


@pytest.mark.parametrize("status", ["asked", "checking", "refused", "removed"])
def test_only_what_passed_its_check_can_be_seen(photo, status):
    address = addresses.address_of(photo)
    Upload.objects.update(status=status)
    photo.refresh_from_db()

    assert get(address).status_code == 404
    assert addresses.address_of(photo) is None


def test_a_recording_has_no_thumbnail(api, audio):
    told = api.get(f"{UPLOADS}/{audio.pk}").json()

    assert told["thumb_url"] is None
    assert told["facts"] == {"seconds": 2.0}


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, None),
        ("bytes=0-99", 0, 99),
        ("bytes=1000-1000", 1000, 1000),
        ("bytes=-50", -50, None),
        ("bytes=5000-99999999", 5000, None),
    ],
)
def test_a_player_may_ask_for_a_part(settings, audio, asked, first, last):
    body = stored(settings, audio)
    answer = get(addresses.address_of(audio), Range=asked)

    expected = body[first : None if last is None else last + 1]
    start = first if first >= 0 else len(body) + first
    assert answer.status_code == 206
    assert whole(answer) == expected
    assert answer["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(body)}"
    assert answer["Content-Length"] == str(len(expected))


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_part_beyond_the_end_is_told_the_size(settings, audio, asked):
    answer = get(addresses.address_of(audio), Range=asked)

    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(stored(settings, audio))}"


@pytest.mark.parametrize(
    "asked", ["bytes=", "bytes=9-2", "bytes=0-1,5-6", "seconds=1-2", "bytes=a-b"]
)
def test_what_is_no_range_gets_the_whole(settings, audio, asked):
    answer = get(addresses.address_of(audio), Range=asked)

    assert answer.status_code == 200
    assert whole(answer) == stored(settings, audio)


def test_under_the_real_server_a_file_is_sent_block_by_block(settings, upload):
    found = upload(recording(20), "wav")
    request = AsyncRequestFactory().get("/", headers={"Range": "bytes=100-599999"})
    answer = streaming.serve(request, found.key, "audio/wav", "inline")

    async def sent() -> list[bytes]:
        return [block async for block in answer.streaming_content]

    blocks = asyncio.run(sent())
    assert len(blocks) > 1
    assert b"".join(blocks) == stored(settings, found)[100:600_000]


def test_bytes_that_are_gone_are_not_found(settings, photo):
    (settings.MEDIA_ROOT / photo.key).unlink()

    assert get(addresses.address_of(photo)).status_code == 404


def test_a_storage_that_is_away_is_told(settings, photo, tmp_path):
    address = addresses.address_of(photo)
    settings.MEDIA_ROOT = tmp_path / "unmounted"

    answer = get(address)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")


def test_what_its_owner_removed_is_out_of_sight_at_once(api, settings, photo):
    address = addresses.address_of(photo)
    assert api.delete(f"{UPLOADS}/{photo.pk}").status_code == 204

    assert get(address).status_code == 404
    assert api.get(f"{UPLOADS}/{photo.pk}").status_code == 404
    assert api.delete(f"{UPLOADS}/{photo.pk}").status_code == 404
    assert tasks.remove_due_files() == 1
    assert not [file for file in settings.MEDIA_ROOT.rglob("*") if file.is_file()]


def test_the_portal_lists_states_and_no_names(admin_client, photo):
    listed = admin_client.get("/admin/chat/upload/").content.decode()
    one = admin_client.get(f"/admin/chat/upload/{photo.pk}/change/").content.decode()

    assert "사용 가능" in listed
    assert "image/jpeg" in one
    assert "우리 보리" not in listed + one
    assert "우리 보리" in photo.name
    assert admin_client.post(f"/admin/chat/upload/{photo.pk}/delete/").status_code == 403
