"""The local engine on real sound: a synthetic voice, silence, and recordings of several pieces."""

import io

import av
import numpy as np
import pytest

from chat.tests.files import recording
from chat.uploads import sandbox
from transcription.engines import hinting, pieces, weights, whisper
from transcription.engines.base import UnavailableError
from transcription.tests.recordings import SAID, events, run, step, steps

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def joined(tmp_path_factory):
    """The weights, joined once for all tests."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(autouse=True)
def _weights(joined, monkeypatch, settings):
    settings.SPEECH_BEAM = 1
    monkeypatch.setattr(weights, "var", lambda: joined)


def samples_of(path):
    with av.open(str(path)) as container:
        return np.concatenate([f.to_ndarray().reshape(-1) for f in container.decode(audio=0)])


def in_flac(samples):
    out = io.BytesIO()
    with av.open(out, "w", format="flac") as sink:
        stream = sink.add_stream("flac", rate=pieces.RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = pieces.RATE
        sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))
    return out.getvalue()


def cut(path, start, most, tmp_path, reader="flac"):
    target = tmp_path / "piece.pcm"
    asked = (reader, str(path), str(target), str(start), str(most))
    return sandbox.look(whisper.CUTTING, *asked), target


def test_a_recording_from_disk_becomes_a_text(record, handed):
    row = run(record("flac", body=SAID.read_bytes(), facts={"seconds": 1.5, "channels": 1}))

    assert (row.status, row.engine) == ("ready", "whisper")
    assert "셋" in row.text
    [segment] = row.segments
    words = segment["words"]
    assert all(0 <= word["confidence"] <= 1 for word in words)
    assert [word["start"] for word in words] == sorted(word["start"] for word in words)
    assert words[-1]["end"] <= 2.5
    assert events(row)[0]["status"] == "ready"
    assert handed[1:] == [(str(row.pk), 1, 0)]  # the work goes on at once


def test_a_sound_in_which_nobody_speaks_has_no_text(record):
    row = run(record("wav", body=recording(3, "wav"), facts={"seconds": 3.0, "channels": 1}))
    assert (row.status, row.error) == ("dead", "no_speech no_speech")


def test_a_long_recording_is_heard_piece_by_piece(record, settings, monkeypatch):
    settings.SPEECH_PIECE_SECONDS = 4
    said = samples_of(SAID)
    silence = np.zeros(3 * pieces.RATE, np.int16)
    talk = np.concatenate([said, silence, said, silence, said])
    seconds = len(talk) / pieces.RATE
    row = record("flac", body=in_flac(talk), facts={"seconds": seconds, "channels": 1})
    step(row)

    seen = []
    while step(row).status == "polling":
        seen.append((row.progress, len(row.pieces)))
    assert row.status == "ready"
    assert [pieces for _, pieces in seen] == list(range(1, len(seen) + 1))
    assert [progress for progress, _ in seen] == sorted({progress for progress, _ in seen})
    assert row.pieces == []
    starts = [segment["start"] for segment in row.segments]
    assert starts == sorted(starts)
    turn = (len(said) + len(silence)) / pieces.RATE
    for begun in (0, turn, 2 * turn):  # each is heard where it was said
        assert any(begun - 0.5 < start < begun + 2 for start in starts)


def test_a_killed_worker_loses_one_piece(record, settings, monkeypatch):
    settings.SPEECH_PIECE_SECONDS = 3
    said, silence = samples_of(SAID), np.zeros(3 * pieces.RATE, np.int16)
    talk = np.concatenate([said, silence, said])
    seconds = len(talk) / pieces.RATE
    row = record("flac", body=in_flac(talk), facts={"seconds": seconds, "channels": 1})
    step(row)
    step(row)
    assert len(row.pieces) == 1
    heard = []
    real = whisper.hear

    def dying(source, reader, start):
        heard.append(start)
        if len(heard) == 1:
            raise MemoryError
        return real(source, reader, start)

    monkeypatch.setattr(whisper, "hear", dying)
    run(row)
    assert row.status == "ready"
    assert heard[0] == heard[1] > 0  # the first piece is not heard again
    assert row.text.count("셋") == 2


@pytest.mark.parametrize(("ending", "reader"), [("flac", "flac"), ("webm", "matroska")])
def test_pieces_follow_each_other_without_a_gap(tmp_path, ending, reader):
    path = tmp_path / "sound"
    path.write_bytes(recording(20, ending))
    start, total = 0.0, 0
    while True:
        found, target = cut(path, start, 6, tmp_path, reader)
        assert found.facts["start"] == pytest.approx(start, abs=0.02)
        total += target.stat().st_size // 2
        start = found.facts["end"]
        if found.facts["is_last"]:
            break
    assert total == pytest.approx(20 * pieces.RATE, abs=pieces.RATE // 20)


def test_a_piece_ends_where_its_speaker_draws_breath(tmp_path):
    loud = samples_of(SAID)[: pieces.RATE]
    loud = np.where(loud == 0, 1000, loud).astype(np.int16)
    breath = np.zeros(pieces.RATE, np.int16)
    path = tmp_path / "talk.flac"
    path.write_bytes(in_flac(np.concatenate([*[loud] * 5, breath, *[loud] * 5])))
    found, _ = cut(path, 0.0, 7, tmp_path)
    assert 5 < found.facts["end"] < 6


def test_a_file_that_is_no_sound_is_refused_and_not_tried_again(record):
    row = run(record("wav", body=b"RIFF" + b"\0" * 400, facts={"seconds": 3.0, "channels": 1}))
    assert row.status == "dead"
    assert events(row)[0]["error"] == "not_audio"


def test_a_recording_that_went_meanwhile_is_told_of(record, settings):
    settings.MEDIA_ROOT.mkdir()
    row = run(record("wav", facts={"seconds": 3.0, "channels": 1}))
    assert row.status == "dead"
    assert events(row)[0]["message"].startswith("녹음이 지워져서")


def test_a_storage_that_is_away_is_waited_for(record, settings, tmp_path):
    row = record("flac", body=SAID.read_bytes(), facts={"seconds": 1.5, "channels": 1})
    there = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = tmp_path / "gone"
    for _ in range(4):
        step(row)
    assert (row.status, row.attempts) == ("polling", 0)
    settings.MEDIA_ROOT = there
    assert run(row).status == "ready"


def test_without_weights_recordings_wait(record, settings, tmp_path):
    settings.SPEECH_MODEL = str(tmp_path)
    row = step(record("flac", body=SAID.read_bytes(), facts={"seconds": 1.5, "channels": 1}))
    assert (row.status, row.attempts) == ("polling", 0)
    assert steps(row)[-1] == "start"
    with pytest.raises(UnavailableError):
        weights.folder()


def test_weights_are_joined_once(joined):
    first = weights.folder()
    size = (first / weights.WEIGHTS).stat().st_size
    assert size > 100_000_000
    assert weights.folder() == first
    assert [path.name for path in (joined / "models").iterdir()] == ["whisper-base"]


def test_words_that_begin_without_a_space_go_on_with_the_word_before():
    heard = [
        {"text": " 토", "start": 0.0, "end": 0.2, "confidence": 0.9},
        {"text": "했어요", "start": 0.2, "end": 0.6, "confidence": 0.5},
        {"text": ".", "start": 0.6, "end": 0.6, "confidence": 0.8},
        {"text": " 세", "start": 0.9, "end": 1.1, "confidence": 0.7},
    ]
    [segment] = whisper.Whisper().parse({"pieces": [{"segments": [{"words": heard}]}]})
    assert [word.text for word in segment.words] == ["토했어요.", "세"]
    assert segment.words[0].confidence == 0.5
    assert (segment.words[0].start, segment.words[0].end) == (0.0, 0.6)


def said(*words):
    return [{"words": [{"text": text, "confidence": sure} for text, sure in words]}]


DOUBTED = said((" 강아지가", 0.9), (" 구통을", 0.4), (" 했어요", 0.8))


def test_the_library_s_words_are_told_only_where_an_animal_was_hardly_heard():
    assert hinting.is_doubtful(DOUBTED)
    assert hinting.speaks_of(DOUBTED, ["강아지", "고양이"])
    assert not hinting.speaks_of(said((" 입영", 0.3)), ["강아지", "고양이"])
    assert not hinting.is_doubtful(said((" 강아지가", 0.9), (" 구토를", 0.9)))


@pytest.mark.parametrize(
    ("second", "is_believed"),
    [
        (said((" 강아지가", 0.9), (" 구토를", 0.9), (" 했어요", 0.9)), True),
        (said((" 강아지가", 0.9), (" 구토를", 0.4), (" 했어요", 0.8)), False),  # no surer
        (said((" 구토,", 0.99), (" 설사,", 0.99), (" 혈변", 0.99)), False),  # said something else
        ([], False),
    ],
)
def test_a_second_hearing_is_believed_when_it_is_surer_and_corrects(second, is_believed):
    assert hinting.is_better(DOUBTED, second) is is_believed


def test_a_danger_is_told_as_soon_as_its_piece_is_heard(record, monkeypatch):
    said = {0.0: "강아지가 숨을 못 쉬어요", 4.0: "혀가 파래요", 8.0: "네 알겠습니다"}

    def hear(source, reader, start):
        at = zip(said[start].split(), range(9), strict=False)
        words = [
            {"text": f" {text}", "start": start + n, "end": start + n + 0.5, "confidence": 0.9}
            for text, n in at
        ]
        segments = [{"words": words}]
        return {"start": start, "end": start + 4, "is_last": start == 8.0, "segments": segments}

    monkeypatch.setattr(whisper, "hear", hear)
    row = step(record("flac", body=b"x", facts={"seconds": 12.0, "channels": 1}))
    step(row)
    assert (row.status, row.progress, row.urgency) == ("polling", 33, "emergency")
    [warning] = events(row, "triage")
    assert warning["transcription"] == str(row.pk)

    run(row)
    assert (row.status, row.urgency) == ("ready", "emergency")
    assert len(events(row, "triage")) == 1  # once, however long the talk goes on
