"""Sentences out of a stream: whole, in order, and none without an end."""

import pytest

from inference.guard.sentences import (
    LONGEST_ANSWER,
    LONGEST_HELD,
    EndlessTextError,
    sentences,
    split_off,
)


async def sentences_of(*pieces):
    async def stream():
        for piece in pieces:
            yield piece

    return [sentence async for sentence in sentences(stream())]


TEXTS = [
    ("한 문장이에요. 두 문장이에요.", ["한 문장이에요. ", "두 문장이에요."]),
    ("근거가 있어요. [1] 다음이에요. [2][3] 끝", ["근거가 있어요. [1] ", "다음이에요. [2][3] ", "끝"]),
    ("체온은 38.5도예요. 정상이에요.", ["체온은 38.5도예요. ", "정상이에요."]),
    ("정말요? 네! 그래요", ["정말요? ", "네! ", "그래요"]),
    ("**지금**\n- 하나\n- 둘\n", ["**지금**\n", "- 하나\n", "- 둘\n"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "whole"), TEXTS)
async def test_sentences_are_the_same_however_the_text_arrives(text, whole):
    assert await sentences_of(text) == whole
    assert await sentences_of(*text) == whole


@pytest.mark.parametrize("text", [text for text, _ in TEXTS] + ["문단\n\n\n문단", " \n ", "[1]"])
async def test_no_character_is_lost(text):
    assert "".join(await sentences_of(*text)) == text


def test_an_end_at_the_edge_waits_for_a_citation():
    assert split_off("끝이에요. ") == ([], "끝이에요. ")
    assert split_off("끝이에요. [1] 다음") == (["끝이에요. [1] "], "다음")


async def test_a_text_without_an_end_is_given_up_rather_than_cut():
    with pytest.raises(EndlessTextError):
        await sentences_of(*("가" * (LONGEST_HELD * 3)))


async def test_an_answer_without_an_end_is_given_up_though_its_sentences_end():
    with pytest.raises(EndlessTextError):
        await sentences_of(*["문장이에요.\n"] * (LONGEST_ANSWER // 7 + 1))


async def test_an_empty_stream_has_no_sentences():
    assert await sentences_of() == []
