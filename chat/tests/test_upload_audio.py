"""Recordings: what they are, how long they really are, and whether there is a sound in them."""

import io

import av
import numpy as np
import pytest

from chat.models import Upload
from chat.signals import audio_uploaded
from chat.tests.files import (
    in_fragments,
    picture,
    recording,
    with_duration,
    without_duration,
)
from chat.tests.uploading import UPLOADS

FORMATS = ["m4a", "mp3", "wav", "webm", "ogg", "flac", "amr"]


def told(api, found: Upload) -> str:
    return api.get(f"{UPLOADS}/{found.pk}").json()["message"]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_recording_is_measured(upload, ending):
    found = upload(recording(3, ending), ending)

    assert (found.status, found.refusal) == ("ready", "")
    assert found.facts["seconds"] == pytest.approx(3, abs=0.15)
    assert found.facts["channels"] == 1
    assert found.key == f"audio/{found.pk}/full.{ending}"


@pytest.mark.parametrize("ending", ["webm", "m4a"])
def test_the_bytes_decide_and_not_the_name(upload, ending):
    found = upload(recording(2, ending), "wav")

    assert found.key.endswith(f".{ending}")


def test_a_browser_s_recording_has_no_length_in_its_header(upload):
    body = recording(3, "webm")
    bare = without_duration(body)
    assert bare != body
    found = upload(bare, "webm")

    assert found.facts["seconds"] == pytest.approx(3, abs=0.15)


def test_a_browser_s_recording_in_fragments_is_measured(upload):
    body = in_fragments(3)
    assert body[4:12] == b"ftypiso5"
    found = upload(body, "m4a")

    assert (found.status, found.key) == ("ready", f"audio/{found.pk}/full.m4a")
    assert found.facts["seconds"] == pytest.approx(3, abs=0.15)


@pytest.mark.parametrize("claimed", [0.1, 5 * 3600])
def test_a_header_that_lies_is_not_believed(upload, claimed):
    found = upload(with_duration(recording(3, "webm"), claimed), "webm")

    assert found.status == "ready"
    assert found.facts["seconds"] == pytest.approx(3, abs=0.15)


@pytest.mark.parametrize("ending", ["wav", "flac"])
def test_five_hours_are_refused(api, upload, ending):
    found = upload(recording(5 * 3600, ending, rate=1000 if ending == "wav" else 8000), ending)

    assert (found.status, found.refusal) == ("refused", "audio_too_long")
    assert told(api, found) == "음성은 최대 60분까지 올릴 수 있어요."


def test_an_hour_is_taken(upload):
    found = upload(recording(3600, "wav", rate=1000), "wav")

    assert (found.status, found.facts["seconds"]) == ("ready", 3600)


def test_less_than_half_a_second_is_refused(api, upload):
    found = upload(recording(0.4), "wav")

    assert found.refusal == "audio_too_short"
    assert told(api, found) == "녹음이 너무 짧아요. 0.5초 넘게 녹음해 주세요."


def test_half_a_second_is_taken(upload):
    assert upload(recording(0.5), "wav").status == "ready"


@pytest.mark.parametrize("ending", ["wav", "m4a", "webm", "amr"])
def test_silence_is_refused_with_its_own_sentence(api, upload, ending):
    found = upload(recording(2, ending, loudness=0.0), ending)

    assert (found.status, found.refusal) == ("refused", "audio_silent")
    assert told(api, found) == "소리가 녹음되지 않았어요. 다시 녹음해 주세요."


def test_the_hiss_of_a_microphone_is_silence(upload):
    assert upload(recording(2, "wav", loudness=0.0005), "wav").refusal == "audio_silent"


def test_a_faint_sound_is_a_sound(upload):
    assert upload(recording(2, "m4a", loudness=0.01), "m4a").status == "ready"


@pytest.mark.parametrize(
    "body", [b"<html>" * 100, b"RIFF\0\0\0\0AVI LIST" + b"\0" * 300, b"#EXTM3U\nfile:///etc/passwd"]
)
def test_what_is_no_recording_is_refused(upload, body):
    assert upload(body, "wav").refusal == "file_unsupported"


def test_a_photo_is_no_recording(upload):
    assert upload(picture(), "mp3").refusal == "file_unsupported"


def test_a_film_is_no_recording(upload):
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as sink:
        stream = sink.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(10):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))

    assert upload(out.getvalue(), "m4a").refusal == "file_unsupported"


def test_a_header_without_sound_is_refused(upload):
    assert upload(recording(1, "m4a")[:400], "m4a").refusal == "file_unreadable"


def test_a_recording_whose_end_is_lost_keeps_what_is_there(upload):
    body = recording(10, "webm")
    found = upload(body[: len(body) // 2], "webm")

    assert found.status == "ready"
    assert 4 < found.facts["seconds"] < 6


def test_apps_above_hear_of_a_recording_in_its_own_transaction(
    upload, monkeypatch, django_capture_on_commit_callbacks
):
    heard = []

    def hear(upload, **_):
        heard.append((upload.pk, Upload.objects.get(pk=upload.pk).status))

    # The world of `upload` has emptied the receivers already.
    audio_uploaded.connect(hear)
    audio_uploaded.sender_receivers_cache.clear()
    try:
        photo, found = upload(picture()), upload(recording(1), "wav")
    finally:
        audio_uploaded.disconnect(hear)

    assert photo.status == "ready"
    assert heard == [(found.pk, "ready")]
