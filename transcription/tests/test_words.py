"""Amounts in figures, and numbers that name a person nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.engines.base import Word
from transcription.hiding import without_private
from transcription.numbers import value_of, with_figures
from transcription.rewording import placed, reworded
from transcription.workflow.parse import line_of


def words(line):
    return [Word(text, float(at), at + 0.5, 0.9 - at / 100) for at, text in enumerate(line.split())]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("체온이 삼십구 점 팔 도예요", "체온이 39.8도예요"),
        ("체온이 삼십팔도 나왔어요", "체온이 38도 나왔어요"),
        ("체온이 39점 8도", "체온이 39.8도"),
        ("삼 점 이 킬로예요", "3.2kg예요"),
        ("몸무게는 십이키로", "몸무게는 12kg"),
        ("물을 이백 씨씨 마셨어요", "물을 200ml 마셨어요"),
        ("오십 그램 먹었어요", "50g 먹었어요"),
        ("초콜릿이 칠십 퍼센트래요", "초콜릿이 70%래요"),
        # What only sounds like an amount.
        ("오도 가도 못해요", "오도 가도 못해요"),
        ("그 이 프로 알죠", "그 이 프로 알죠"),
        ("삼 킬로미터 걸었어요", "삼 킬로미터 걸었어요"),
        ("오월 십칠일에 두 번", "오월 십칠일에 두 번"),
        ("구도가 이상해요", "구도가 이상해요"),
        ("이백도 넘는 오븐", "이백도 넘는 오븐"),
        ("천만 킬로", "천만 킬로"),
    ],
)
def test_what_measures_is_written_in_figures(said, written):
    assert line_of(with_figures(words(said))) == written


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("삼십구", 39), ("백오", 105), ("이천십", 2010), ("영", 0), ("십", 10),
        ("일이삼", None), ("십백", None), ("영십", None),
    ],
)  # fmt: skip
def test_the_value_of_a_number_that_was_said(said, value):
    assert value_of(said) == value


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("제 번호는 010-1234-5678이에요", "제 번호는 [전화번호]이에요"),
        ("공일공 일이삼사 오육칠팔 로 전화 주세요", "[전화번호] 로 전화 주세요"),
        ("공일공에 일이삼사에 오육칠팔 이에요", "[전화번호] 이에요"),
        ("주민번호 900101-1234567 입니다", "주민번호 [주민등록번호] 입니다"),
        ("카드는 4111-1111-1111-1111 이고요", "카드는 [카드번호] 이고요"),
        ("토를 이 삼 일 했어요", "토를 이 삼 일 했어요"),
        ("일이 사이사이 생겨요", "일이 사이사이 생겨요"),
    ],
)
def test_numbers_that_name_a_person_are_masked(said, kept):
    assert line_of(without_private(words(said))) == kept


def test_a_masked_word_keeps_its_place_in_the_sound():
    made = without_private(words("번호는 공일공 일이삼사 오육칠팔 이요"))
    assert [(word.text, word.start, word.end) for word in made] == [
        ("번호는", 0.0, 0.5),
        ("[전화번호]", 1.0, 3.5),
        ("이요", 4.0, 4.5),
    ]
    assert made[1].confidence == pytest.approx(0.87)


def test_a_sign_stays_with_its_word():
    line = [Word("삼", 0.0, 0.2, 0.9), Word("킬로", 0.2, 0.5, 0.8), Word(".")]
    made = with_figures(line)
    assert line_of(made) == "3kg."
    assert made[-1].is_sign


@given(
    st.lists(
        st.text("가나다 삼십구점팔도킬로공일.,0123456789-", min_size=1, max_size=9), max_size=12
    )
)
def test_no_line_of_words_breaks_it(line):
    spoken = [Word(text.strip() or "가", 0.0, 0.1, 0.5) for text in line]
    made = without_private(with_figures(spoken))
    assert len(made) <= len(spoken)
    assert reworded(made, []) == tuple(made)
    assert placed(made)[0] == line_of(made)
