"""Numbers and times, brought to one form: what an answer counts has to be told by a source."""

import pytest

from inference.guard.numbers import amounts, unsupported

SAME = {
    "a day": ("하루 안에 토해요.", "24시간 안에 토해요."),
    "two days": ("이틀 지켜봐요.", "48시간 지켜봐요."),
    "a week": ("일주일 뒤에 와요.", "7일 뒤에 와요."),
    "times": ("다섯 번 토했어요.", "5회 토했어요."),
    "degrees": ("38.5도예요.", "38.5℃예요."),
    "percent": ("30프로예요.", "30퍼센트예요."),
    "kilos": ("5킬로예요.", "5kg이에요."),
    "full width": ("５ kg이에요.", "5kg이에요."),
    "numerals in Korean": ("십오 분 걸려요.", "15분 걸려요."),
    "a fraction": ("삼분의 일이에요.", "3분의 1이에요."),
    "one of three": ("셋 중 하나예요.", "3분의 1이에요."),
}


@pytest.mark.parametrize("case", SAME)
def test_one_amount_has_one_form(case):
    first, second = SAME[case]

    assert amounts(first) == amounts(second) != set()


def test_a_range_is_both_its_ends():
    assert amounts("2~3일") == {(48.0, "h"), (72.0, "h")}


def test_digits_are_amounts():
    assert amounts("1.5 kg, 212마리, 40") == {(1.5, "kg"), (212.0, "마리"), (40.0, "")}


@pytest.mark.parametrize(
    "text",
    ["24시간 동물병원에 전화해 주세요.", "1. 물을 치워 주세요.", "한 번 더 확인해 주세요.", "이렇게 해요. [12]",
     "하루에 물은 얼마나 마시나요?", "① 물을 치워 주세요."],
)  # fmt: skip
def test_some_numbers_claim_nothing(text):
    assert amounts(text) == set()


@pytest.mark.parametrize(
    "claim",
    [
        "세 시간마다 와요.",
        "4일 뒤에 와요.",
        "4번 토해요.",
        "절반이에요.",
        "5눈금이에요.",
        "2.5예요.",
    ],
)
def test_an_amount_that_no_source_tells_is_unsupported(claim):
    assert unsupported(claim, ["하루에 5번, 사흘이 아니라 이틀."]) != set()


def test_an_amount_that_a_source_tells_is_supported():
    assert unsupported("48시간 안에 5번 토해요.", ["이틀 사이에 다섯 번 토해요."]) == set()


def test_a_bare_number_may_be_of_any_unit_but_a_unit_may_not():
    assert unsupported("5 정도예요.", ["5번 토해요."]) == set()
    assert unsupported("5kg이에요.", ["5번 토해요."]) == {(5.0, "kg")}
