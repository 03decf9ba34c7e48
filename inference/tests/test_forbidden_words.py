"""What no answer may say, whatever it builds on: the rules of words, sentence by sentence."""

import pytest

from inference.guard import words
from inference.guard.watch import Grounds, Guard

FORBIDDEN = [
    ("dose", "체중 1kg당 5mg이에요."),
    ("dose", "0.1 ml/kg으로 주세요."),
    ("dose", "하루 10 밀리그램이면 충분해요."),
    ("dose", "반 알을 먹여 주세요."),
    ("dose", "두 알 먹이세요."),
    ("dose", "1/2정을 하루 두 번 먹이세요."),
    ("dose", "시럽 3ml를 급여하세요."),
    ("dose", "한 스푼씩 먹여 보세요."),
    ("dose", "한 알씩 하루 두 번 먹이세요."),
    ("dose", "두 알을 물에 녹여 먹이세요."),
    ("dose", "1정을 하루 두 번 주세요."),
    ("dose", "５ｍｇ을 먹이세요."),
    ("medicine", "타이레놀을 먹여도 괜찮아요."),
    ("medicine", "지사제를 조금 급여해 보세요."),
    ("medicine", "과산화수소를 먹여 주세요."),
    ("vomiting", "소금물로 토하게 하세요."),
    ("vomiting", "집에서 구토를 유도해 보세요."),
    ("prescription", "처방전을 발급해 드려요."),
    ("claims_vet", "저는 수의사로 일해요."),
    ("claims_vet", "수의사로서 말씀드려요."),
    ("diagnosis", "틀림없이 췌장염이에요."),
    ("diagnosis", "외이염으로 진단합니다."),
    ("link", "www.example.com 을 보세요."),
    ("link", "![그림](x)"),
    ("link", "[여기](http://x)를 누르세요."),
    ("link", "<img src=x>"),
]
ALLOWED = [
    "체중이 4kg이면 물을 조금씩 자주 주세요. [1]",
    "사람 약은 먹이지 마세요. [2]",
    "타이레놀은 먹이면 안 돼요. [1]",
    "집에서 토하게 하지 마세요. [1]",
    "병원에서 안전하게 구토를 유도해요. [2]",
    "약의 양은 수의사가 진료한 뒤에 정해요.",
    "위염일 수 있어요.",
    "변기에 세정제를 넣어 쓴다면 뚜껑을 닫아 두세요. [1]",
    "병원에서 스테로이드 주사를 맞을 수 있어요. [1]",
    "체온이 39.5도를 넘으면 병원에 가세요. [1]",
    "먹은 포도가 한 알이라도 병원에 전화해 주세요.",
]


@pytest.mark.parametrize(("reason", "sentence"), FORBIDDEN)
def test_what_an_owner_must_never_read_is_held_back(reason, sentence):
    guard = Guard(Grounds({1: sentence, 2: sentence}, own_words=(sentence,)))

    assert words.forbidden(words.normalise(sentence)) == reason
    assert guard.problem_of(sentence) == reason
    assert guard.check(sentence) == ""


@pytest.mark.parametrize("sentence", ALLOWED)
def test_warnings_and_plain_advice_pass(sentence):
    guard = Guard(Grounds({1: sentence, 2: sentence}, own_words=(sentence,)))

    assert words.forbidden(words.normalise(sentence)) is None
    assert guard.check(sentence) == sentence


@pytest.mark.parametrize("sentence", ["그렇다고 해요. [3]", "그렇다고 해요. [1][3]"])
def test_a_source_that_was_not_given_is_held_back(sentence):
    assert Guard(Grounds({1: sentence, 2: sentence})).problem_of(sentence) == "invented_source"
