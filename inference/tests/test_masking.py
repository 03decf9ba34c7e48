"""Owners' words without what names them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.masking import mask, spans


@pytest.mark.parametrize(
    "number",
    [
        "010-1234-5678", "01012345678", "010 1234 5678", "010.1234.5678", "+82 10-1234-5678",
        "+821012345678", "02-345-6789", "(02) 345-6789", "0507-1234-5678", "031)123-4567",
        "1588-1234", "821012345678",
    ],
)  # fmt: skip
def test_a_phone_number_is_masked(number):
    assert mask(f"연락처 {number}예요") == "연락처 [전화번호]예요"


@pytest.mark.parametrize(
    "text",
    [
        "체온이 39.5도이고 2026-11-22 10:30부터 3번 토했어요",
        "사료 0.25컵, 물 120-200 ml, 몸무게 4.25kg",
        "2026.11.22에 혈당이 0450이었어요",
        "초콜릿 100g 3000원어치",
        "2021 2022 2023 2024년 검진 때 4000 5000 6000 7001",
        "BUN 45.2, ALT 1250 IU/L, 혈소판 123000-1450000, 4.1111111111111111",
        "품번 8801345678901, 접수 240230-1234567, 991301-2345678, 900101-9234567",
    ],
)
def test_other_numbers_stay(text):
    assert mask(text, ["보리"]) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("메일은 bori.mom+vet@naver.com이에요", "메일은 [이메일]이에요"),
        ("제메일은bori@mail.example.co.kr입니다", "제메일은[이메일]입니다"),
        ("등록번호 410123456789012요", "등록번호 [등록번호]요"),
        ("410 160 010 123 456", "[등록번호]"),
    ],
)
def test_addresses_and_register_numbers_are_masked(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "number",
    [
        "900101-1234567", "9001011234567", "040229-4000000", "900101 - 2234567", "850731–5123456",
        "850731 6123456", "120102—7123456", "120102.8123456",
    ],
)  # fmt: skip
def test_a_resident_s_number_is_masked(number):
    assert mask(f"제 번호는 {number}이에요") == "제 번호는 [주민등록번호]이에요"


@pytest.mark.parametrize("number", ["000229-3000000", "000229-1000000"])
def test_a_birthday_is_a_day_of_its_century(number):
    """2000 had a 29th of February, 1900 had none."""
    assert (mask(number) == number) is (number[7] == "1")


@pytest.mark.parametrize(
    "number",
    [
        "4111-1111-1111-1111", "4111 1111 1111 1111", "4111111111111111", "5500-0000 00000004",
        "9410-0000-0000-0005", "3782-822463-10005", "378282246310005", "3056 930902 5904",
        "4222222222222", "6212 3456 7890 1232 126", "6212345678901232126", "2223.0031.2200.3222",
    ],
)  # fmt: skip
def test_a_card_s_number_is_masked(number):
    assert mask(f"카드.{number}로 낼게요") == "카드.[카드번호]로 낼게요"


@pytest.mark.parametrize("number", ["4111-1111-1111-1112", "378282246310006", "4222222222223"])
def test_a_number_whose_check_digit_is_wrong_is_no_card(number):
    assert mask(number) == number


def test_figures_beside_a_card_hide_it_not():
    assert mask("5501 4111 1111 1111 1111 321번") == "5501 [카드번호] 321번"


def test_an_animal_s_number_is_no_card_s():
    """Its check digit may be right by chance."""
    assert mask("410160010123459") == mask("410-160-010-123-459") == "[등록번호]"


def test_places_are_told_in_order_and_apart():
    text = "보리 010-1234-5678 900101-1234567 a@b.kr 4111-1111-1588-1234"
    found = spans(text, ["보리"])
    assert [(text[start:end], label) for start, end, label in found] == [
        ("보리", "[이름]"),
        ("010-1234-5678", "[전화번호]"),
        ("900101-1234567", "[주민등록번호]"),
        ("a@b.kr", "[이메일]"),
        ("1588-1234", "[전화번호]"),
    ]
    assert spans("보리가 토했어요") == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("보리가 토했어요", "[이름]가 토했어요"),
        ("보리는요, 보리한테도 줬어요", "[이름]는요, [이름]한테도 줬어요"),
        ("우리보리가 아파요", "우리[이름]가 아파요"),
        ("보리", "[이름]"),
        ("보리!! 보리야 ㅠㅠ", "[이름]!! [이름]야 ㅠㅠ"),
        ("보리차를 마셨어요", "보리차를 마셨어요"),
        ("찰보리를 먹었어요", "찰보리를 먹었어요"),
        ("MAX가 Max를 봤어요", "[이름]가 [이름]를 봤어요"),
        ("maximum", "maximum"),
        ("콩이랑 콩은 콩팥이", "[이름]이랑 [이름]은 콩팥이"),
        ("보리보리가 또", "[이름]가 또"),
        ("C++가 아파요", "[이름]가 아파요"),
    ],
)
def test_a_name_is_masked_as_a_word_and_its_particles_are_kept(text, masked):
    assert mask(text, ["보리", "max", "콩", "보리보리", "C++", " ", ""]) == masked


@given(st.text(max_size=300), st.lists(st.text(max_size=8), max_size=4))
def test_any_text_can_be_masked_and_twice_is_as_once(text, names):
    once = mask(text)
    assert mask(once) == once
    assert isinstance(mask(text, names), str)
