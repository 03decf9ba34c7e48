"""Words of Korean text for the lexical half of the search."""

import pytest

from inference.knowledge.lexemes import bigrams, telling


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("포도를", ["포도", "도를"]),
        ("피", ["피"]),
        ("포도 먹", ["포도", "먹"]),
        ("IBD는 3일", ["ibd", "는", "3", "일"]),
        ("귀, 귀!", ["귀", "귀"]),
        ("", []),
        ("?!… ㅠㅠ <>&|'\\", []),
    ],
)
def test_bigrams(text, found):
    assert bigrams(text) == found


def test_inflected_forms_share_bigrams():
    assert set(bigrams("설사했어요")) & set(bigrams("설사를")) == {"설사"}


def test_words_that_stand_in_every_message_tell_nothing():
    assert telling("우리 강아지 어떻게 해야 하나요") == []


def test_telling_words_come_once_and_in_order():
    assert telling("포도 포도 건포도") == ["포도", "건포"]
