"""What Amazon Transcribe wrote, and what of it a page shows."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.engines import cleaning, transcript
from transcription.engines.base import Segment, Word

RECORDED = json.loads((Path(__file__).parent / "transcribe_ko.json").read_text())
TALK = [
    ("spk_1", "안녕하세요, 보리 보호자님. 오늘은 어떤 일로 오셨어요?"),
    (
        "spk_0",
        "네, 안녕하세요. 보리가 새벽 두 시부터 자꾸 토해요. 노란 물을 세 번 토했고 밥은 한 숟갈도 안 먹었어요.",
    ),
    ("spk_1", "물은 좀 마셨나요?"),
    ("spk_0", "조금 핥기만 하고"),
    ("spk_1", "네."),
    ("spk_0", "바로 고개를 돌렸어요."),
    ("spk_0", "그리고 이게 췌장염인가요?"),
    ("spk_1", "검사를 해 봐야 알 수 있어요. 체온은 삼십구 점 이 도이고 탈수가 조금 있네요."),
    ("spk_0", "네, 알겠습니다."),
]


@pytest.fixture
def recorded() -> dict[str, Any]:
    """To be changed at will."""
    return copy.deepcopy(RECORDED)


def said(segments: list[Segment]) -> list[tuple[str, str]]:
    return [(one.speaker, line(one)) for one in segments]


def line(segment: Segment) -> str:
    return "".join(w.text if w.is_sign else f" {w.text}" for w in segment.words).strip()


def words(text: str, start: float = 0.0, *, sure: float = 0.9, each: float = 0.3) -> list[Word]:
    return [
        Word(word, start + n * each, start + (n + 1) * each, sure)
        for n, word in enumerate(text.split())
    ]


def segment(speaker: str, *said_words: Word) -> Segment:
    return Segment(said_words[0].start or 0.0, said_words[-1].end or 0.0, speaker, said_words)


def test_a_talk_is_read_with_flips_joined_and_invented_words_cut(recorded):
    assert said(transcript.segments_of(recorded)) == TALK


def test_a_sign_has_neither_time_nor_confidence(recorded):
    first = transcript.segments_of(recorded)[0]

    assert first.words[0] == Word("안녕하세요", 0.42, 1.07, 0.98)
    assert first.words[1] == Word(",")
    assert (first.start, first.end) == (0.42, 3.77)


def test_a_word_that_was_hardly_heard_is_kept_as_such(recorded):
    told = {w.text: w.confidence for one in transcript.segments_of(recorded) for w in one.words}

    assert told["핥기만"] == 0.44


def test_the_same_talk_is_read_from_the_older_formats(recorded):
    del recorded["results"]["audio_segments"]
    assert said(transcript.segments_of(recorded)) == TALK
    for item in recorded["results"]["items"]:
        item.pop("speaker_label", None)
        item.pop("id")

    assert said(transcript.segments_of(recorded)) == TALK


def test_without_any_labels_one_speaks(recorded):
    del recorded["results"]["speaker_labels"]
    for item in recorded["results"]["items"]:
        item.pop("speaker_label", None)

    assert {one.speaker for one in transcript.segments_of(recorded)} == {"spk_0"}


def test_a_silent_recording_has_no_words():
    empty = {"transcripts": [{"transcript": ""}], "items": [], "audio_segments": []}

    assert transcript.segments_of({"results": empty}) == []


def test_characters_that_no_database_takes_are_left_out(recorded):
    items = recorded["results"]["items"]
    items[0]["alternatives"][0]["content"] = "안\x00녕\ud800하세요"
    items[1]["alternatives"][0]["content"] = "\x00"
    read = transcript.segments_of(recorded)

    assert line(read[0]).startswith("안녕하세요 보리")


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("start_time", "-0.1"), ("start_time", "nan"), ("start_time", "1e9"), ("start_time", None),
        ("start_time", True), ("start_time", 10**400), ("end_time", "0.0"), ("end_time", "bald"),
        ("alternatives", []), ("alternatives", {}), ("alternatives", [{"content": 3}]),
        ("alternatives", [{"content": "네", "confidence": "1.5"}]), ("type", 7),
        ("speaker_label", ["spk_0"]),
    ],
)  # fmt: skip
def test_a_malformed_item_is_no_result(recorded, name, broken):
    recorded["results"]["items"][0][name] = broken

    with pytest.raises(ValueError, match=" "):
        transcript.segments_of(recorded)


def test_an_endless_result_is_refused_before_it_is_read(recorded):
    recorded["results"]["items"] = [None] * 200_001

    with pytest.raises(ValueError, match="too many"):
        transcript.segments_of(recorded)


def test_a_sentence_without_end_and_time_costs_no_more_than_its_words():
    item = {
        "type": "pronunciation", "start_time": "1", "end_time": "1",
        "alternatives": [{"content": "네", "confidence": "0.9"}],
    }  # fmt: skip
    items = [item | {"speaker_label": f"spk_{n // 2 % 2}"} for n in range(20_000)]
    read = transcript.segments_of({"results": {"items": items}})

    assert sum(len(one.words) for one in read) == 20_000
    assert max(len(one.words) for one in read) <= 302


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.data())
def test_whatever_stands_in_the_json_only_one_error_comes_of_it(data):
    result = json.loads(json.dumps(RECORDED | {"results": {**RECORDED["results"]}}))
    result["results"]["items"] = result["results"]["items"][:6]
    labels = result["results"]["speaker_labels"]
    labels["segments"] = labels["segments"][:2]
    place: Any = result
    while True:
        name = data.draw(
            st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place)))
        )
        if not place[name] or not isinstance(place[name], dict | list) or data.draw(st.booleans()):
            break
        place = place[name]
    place[name] = data.draw(anything)
    try:
        read = transcript.segments_of(result)
    except ValueError:
        return
    assert all(0 <= one.start <= one.end for one in read)
    json.dumps([one.as_json() for one in read], ensure_ascii=False, allow_nan=False).encode()


def test_repetitions_that_no_mouth_can_do_are_cut_wherever_they_are():
    babble = words("아이 아이 아이 아이 아이", 2.0, sure=0.4, each=0.01)
    talk = [*words("밥을 안"), *babble, *words("먹어요", 4.0)]

    read = cleaning.without_hallucinations([segment("spk_0", *talk)])
    assert [line(one) for one in read] == ["밥을 안 먹어요"]


def test_a_repetition_at_the_end_is_left_once_in_case_it_was_said():
    talk = words("숨을 헐떡여요", 0.0) + words("아이 아이 아이 아이", 2.0, sure=0.4)

    read = cleaning.without_hallucinations([segment("spk_0", *talk)])
    assert (line(read[0]), read[0].end) == ("숨을 헐떡여요 아이", pytest.approx(2.3))


def test_a_repetition_within_one_word_is_one_too():
    talk = [*words("숨을 헐떡여요"), Word("아이아이아이아이", 2.0, 3.2, 0.3), Word(".")]

    read = cleaning.without_hallucinations([segment("spk_0", *talk)])
    assert line(read[0]) == "숨을 헐떡여요 아이"


@pytest.mark.parametrize(
    "more",
    [
        words("빨리 빨리 빨리 빨리", 2.0, sure=0.9),  # clearly heard
        words("빨리 빨리 빨리", 2.0, sure=0.3),  # three times
        words("피가 피가 피가 피가", 2.0, sure=0.4) + words("나요", 4.0),  # in the middle
    ],
    ids=["clear", "few", "inside"],
)
def test_what_may_have_been_said_is_kept(more):
    spoken = segment("spk_0", *words("선생님"), *more)

    assert cleaning.without_hallucinations([spoken]) == [spoken]


def test_a_segment_of_invented_words_alone_vanishes():
    talk = segment("spk_0", *words("토했어요"))
    babble = segment("spk_1", *words("아 아 아 아", 5.0, sure=0.3, each=0.01))

    assert cleaning.without_hallucinations([talk, babble]) == [talk]


@pytest.mark.parametrize(
    ("before", "after", "start"),
    [
        ("그만 좀", "토해 줬으면 정말 좋겠어요.", 0.7),  # more than two words
        ("그만 토해요.", "정말요?", 1.0),  # a new sentence
        ("그만 좀", "토해요.", 2.0),  # after a breath
        ("그래서 제가", "네.", 0.7),  # a nod of the other
        ("네", "토했어요.", 0.4),  # an answer to a nod
    ],
    ids=["long", "new", "breath", "nod", "after a nod"],
)
def test_another_speaker_s_own_words_stay_their_own(before, after, start):
    talk = [segment("spk_0", *words(before)), segment("spk_1", *words(after, start))]

    assert cleaning.joined_flips(talk) == talk


def test_a_segment_ends_with_a_sentence_before_half_a_minute():
    talk = [word for n in range(20) for word in words("오늘도 토했어요.", n * 4.0, each=1.7)]
    read = cleaning.readable([segment("spk_0", *talk)])

    assert [len(one.words) for one in read] == [14, 14, 12]
    assert all(one.end - one.start <= 30 for one in read)


def test_a_sentence_without_end_is_cut_after_a_minute():
    read = cleaning.readable([segment("spk_0", *words("그리고 " * 100, each=1.0))])

    assert [len(one.words) for one in read] == [60, 40]
