"""Photos: judged by their bytes and their header, and drawn anew before anybody sees them."""

import io

import pytest
from PIL import Image

from chat.models import Upload
from chat.tests.files import (
    HTML_TAIL,
    SECRET_PLACE,
    picture,
    png_bomb,
    profile_of_swapped_colours,
    recording,
    with_secrets,
    written,
)
from chat.tests.uploading import UPLOADS
from chat.uploads import formats

UNSUPPORTED = (
    "지원하지 않는 파일이에요. 사진은 JPG·PNG·WebP·HEIC, 음성은 M4A·MP3·WAV만 올릴 수 있어요."
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "HEIF": "heic"}


def stored(settings, upload: Upload) -> dict[str, bytes]:
    """Every file that lies anywhere in the storage."""
    files = (file for file in settings.MEDIA_ROOT.rglob("*") if file.is_file())
    return {file.relative_to(settings.MEDIA_ROOT).as_posix(): file.read_bytes() for file in files}


def opened(settings, upload: Upload) -> Image.Image:
    return Image.open(io.BytesIO(stored(settings, upload)[upload.key]))


def is_red(pixel) -> bool:
    return pixel[0] > 150 and pixel[2] < 100


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_becomes_a_jpeg_and_a_thumbnail(settings, upload, form):
    found = upload(picture(form), ENDINGS[form])

    assert (found.status, found.refusal, found.content_type) == ("ready", "", "image/jpeg")
    assert (found.facts["width"], found.facts["height"]) == (640, 480)
    files = stored(settings, found)
    assert set(files) == {f"photo/{found.pk}/full.jpg", f"photo/{found.pk}/thumb.webp"}
    full, thumb = (
        opened(settings, found),
        Image.open(io.BytesIO(files[formats.thumb_key(found.pk)])),
    )
    assert (full.format, full.size) == ("JPEG", (640, 480))
    assert is_red(full.getpixel((20, 20)))
    assert not is_red(full.getpixel((620, 20)))
    assert (thumb.format, thumb.size) == ("WEBP", (320, 240))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_nothing_of_the_phone_and_the_place_is_left(settings, upload, form):
    sent = with_secrets(form)
    assert b"SECRET-PHONE" in sent
    assert SECRET_PLACE.encode() in sent
    found = upload(sent, ENDINGS[form])

    for body in stored(settings, found).values():
        left = Image.open(io.BytesIO(body))
        assert not left.getexif()
        assert {"icc_profile", "exif", "comment", "xmp"}.isdisjoint(left.info)
        assert b"SECRET" not in body
        assert SECRET_PLACE.encode() not in body


def test_a_comment_does_not_travel_along(settings, upload):
    found = upload(picture("JPEG", comment=b"SECRET-COMMENT"))

    assert all(b"SECRET" not in body for body in stored(settings, found).values())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_taken_sideways_stands_upright(settings, upload, form):
    found = upload(with_secrets(form), ENDINGS[form])

    assert (found.facts["width"], found.facts["height"]) == (480, 640)
    assert is_red(opened(settings, found).getpixel((240, 20)))
    assert not is_red(opened(settings, found).getpixel((240, 620)))


def test_a_large_photo_is_made_smaller(upload):
    found = upload(picture("JPEG", (5000, 4000), quality=40))

    assert (found.facts["width"], found.facts["height"]) == (2560, 2048)


@pytest.mark.parametrize(
    ("mode", "form"), [("L", "PNG"), ("P", "PNG"), ("CMYK", "JPEG"), ("1", "PNG"), ("LA", "PNG")]
)
def test_every_way_to_write_colours_is_read(upload, mode, form):
    assert upload(picture(form, mode=mode), ENDINGS[form]).status == "ready"


def test_sixteen_bits_of_grey_are_read(settings, upload):
    grey = Image.new("I;16", (100, 100), 0x8000)
    found = upload(written(grey, "PNG"), "png")

    assert found.status == "ready"
    assert 120 < opened(settings, found).getpixel((50, 50))[0] < 136


def test_what_is_clear_becomes_white(settings, upload):
    found = upload(written(Image.new("RGBA", (100, 100), (0, 0, 0, 0)), "PNG"), "png")

    assert opened(settings, found).getpixel((50, 50)) == (255, 255, 255)


def test_colours_are_shown_as_the_photo_s_profile_means_them(settings, upload):
    found = upload(picture("JPEG", icc_profile=profile_of_swapped_colours()))

    assert not is_red(opened(settings, found).getpixel((20, 20)))
    assert is_red(opened(settings, found).getpixel((620, 20)))


def test_a_broken_colour_profile_does_not_cost_the_photo(upload):
    assert upload(picture("JPEG", icc_profile=b"broken" * 50)).status == "ready"


@pytest.mark.parametrize("tail", [HTML_TAIL, b"PK\x03\x04 a jar", b"\0" * 5000])
def test_what_hangs_behind_a_photo_is_lost(settings, upload, tail):
    found = upload(picture() + tail)

    assert found.status == "ready"
    assert all(tail not in body for body in stored(settings, found).values())


@pytest.mark.parametrize(
    "body",
    [SVG, b"<?xml version='1.0'?>" + SVG, HTML_TAIL, b"%PDF-1.7 x", b"MZ\x90\0", b"GIF89a" + SVG],
)
def test_what_is_no_photo_is_refused_whatever_it_is_called(settings, api, upload, body):
    found = upload(body + b" " * 300)

    assert (found.status, found.refusal) == ("refused", "file_unsupported")
    assert stored(settings, found) == {}
    told = api.get(f"{UPLOADS}/{found.pk}").json()
    assert (told["message"], told["url"], told["thumb_url"]) == (UNSUPPORTED, None, None)


def test_a_recording_is_no_photo(upload):
    assert upload(recording(1)).refusal == "file_unsupported"


@pytest.mark.parametrize("size", [(50_000, 50_000), (6400, 6251), (60_000, 700)])
def test_too_many_pixels_are_refused_on_the_header_s_word(settings, api, upload, monkeypatch, size):
    found = upload(png_bomb(*size), "png")

    assert (found.status, found.refusal) == ("refused", "file_too_large")
    assert api.get(f"{UPLOADS}/{found.pk}").json()["message"] == "파일이 너무 커요."
    assert stored(settings, found) == {}


def test_the_header_is_judged_before_anything_is_decoded(monkeypatch, tmp_path):
    from chat.uploads import photos
    from chat.uploads.confined import RefusedError

    bomb = tmp_path / "bomb"
    bomb.write_bytes(png_bomb(50_000, 50_000))
    decoded = []
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda *_: decoded.append(1))
    with pytest.raises(RefusedError) as told:
        photos.look("PNG", str(bomb), "full", "thumb")

    assert told.value.code == "file_too_large"
    assert decoded == []


def test_forty_megapixels_are_taken(upload):
    assert upload(picture("PNG", (8000, 5000)), "png").status == "ready"


def test_a_photo_cut_off_in_the_middle_is_refused(api, upload):
    found = upload(picture("JPEG", quality=95)[:3000])

    assert found.refusal == "file_unreadable"
    sentence = "파일을 열 수 없어요. 손상되지 않았는지 확인하고 다시 올려 주세요."
    assert api.get(f"{UPLOADS}/{found.pk}").json()["message"] == sentence


def test_a_dot_is_no_photo(upload):
    assert upload(picture("PNG", (8, 8)), "png").refusal == "photo_too_small"


def test_a_decoder_that_needs_too_much_memory_is_ended(settings, upload):
    settings.MEDIA_CHECK_MEGABYTES = 220
    found = upload(picture("PNG", (7000, 5000)), "png")

    assert (found.status, found.refusal) == ("refused", "file_too_large")
