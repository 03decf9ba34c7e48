"""The answer without a model: quoted sentences, each with its source."""

from inference.llm.base import Material, Request
from inference.llm.extractive import ASKED, INTRODUCTION, NOTHING, Extractive, compose


def request(urgency="home", materials=None, question="질문"):
    sections = {"looks": "모습.", "maybe": "하나. 둘. 셋. 넷.", "do": "- 가요.\n- 나요.",
                "avoid": "- 마요.", "danger": "- 급해요."}  # fmt: skip
    if materials is None:
        materials = tuple(
            Material(number, number, "제목", section, text, 0.9)
            for number, (section, text) in enumerate(sections.items(), start=1)
        )
    return Request("", (), question, materials, urgency, 100)


def headings(text):
    return [line.strip("*") for line in text.splitlines() if line.startswith("**")]


def test_every_quoted_sentence_carries_its_source():
    quoted, _, questions = compose(request()).partition(f"**{ASKED}**")
    lines = [line for line in quoted.splitlines() if line.startswith("- ")]

    assert "- 가요. [3]" in lines
    assert all(line.endswith("]") for line in lines)
    assert "[" not in questions


def test_a_quiet_question_begins_with_what_it_may_be():
    assert headings(compose(request())) == [
        "무엇일 수 있나요", "지금 할 일", "하지 말아야 할 일", "이럴 때는 바로 병원에 가세요",
        "알려 주시면 더 정확해져요",
    ]  # fmt: skip


def test_a_danger_begins_with_what_to_do_now():
    for urgency in ("emergency", "urgent"):
        assert headings(compose(request(urgency)))[0] == "지금 할 일"


def test_in_danger_nothing_is_asked():
    for urgency in ("emergency", "urgent"):
        assert ASKED not in headings(compose(request(urgency)))


def test_what_the_owner_has_told_is_not_asked():
    told = request(question="어제부터 밥을 안 먹어요")

    assert (
        compose(told).partition(f"**{ASKED}**\n")[2].splitlines()[0] == "- 기운은 평소와 같은가요?"
    )
    assert "언제부터" not in compose(told)
    assert "밥과 물은" not in compose(told)


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
