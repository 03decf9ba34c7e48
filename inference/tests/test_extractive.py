"""The answer without a model: quoted sentences, each with its source."""

from inference.llm.base import Material, Request
from inference.llm.extractive import INTRODUCTION, NOTHING, Extractive, compose


def request(urgency="home", materials=None):
    sections = {"looks": "모습.", "maybe": "하나. 둘. 셋. 넷.", "do": "- 가요.\n- 나요.",
                "avoid": "- 마요.", "danger": "- 급해요."}  # fmt: skip
    if materials is None:
        materials = tuple(
            Material(number, number, "제목", section, text, 0.9)
            for number, (section, text) in enumerate(sections.items(), start=1)
        )
    return Request("", (), "질문", materials, urgency, 100)


def headings(text):
    return [line.strip("*") for line in text.splitlines() if line.startswith("**")]


def test_every_quoted_sentence_carries_its_source():
    lines = [line for line in compose(request()).splitlines() if line.startswith("- ")]

    assert "- 가요. [3]" in lines
    assert all(line.endswith("]") for line in lines)


def test_a_quiet_question_begins_with_what_it_may_be():
    assert headings(compose(request())) == [
        "무엇일 수 있나요", "지금 할 일", "하지 말아야 할 일", "이럴 때는 바로 병원에 가세요",
    ]  # fmt: skip


def test_a_danger_begins_with_what_to_do_now():
    for urgency in ("emergency", "urgent"):
        assert headings(compose(request(urgency)))[0] == "지금 할 일"


def test_no_section_takes_more_than_its_share():
    assert compose(request()).count("[2]") == 3


def test_without_material_it_says_that_nothing_was_found():
    assert compose(request(materials=())) == NOTHING


def test_it_says_that_it_quotes():
    assert compose(request()).endswith(INTRODUCTION)


async def test_its_stream_is_its_text():
    call = Extractive().stream(request())

    assert "".join([piece async for piece in call.pieces]) == compose(request())
    assert call.usage.stop_reason == "end_turn"
