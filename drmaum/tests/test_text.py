"""Text from outside: composed, visible, trimmed, and never changed by a second cleaning."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drmaum.lib.text import UnreadableTextError, clean

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = "\u200b\u200c\u2060\ufeff"
CONTROL = "\x01\x07\x08\x0b\x0c\x1b\x1f\x7f\x85\x9f"

readable = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
# Plain text seldom holds the signs that matter; these are made of them.
tricky = st.text(st.sampled_from([*"가한 \n\r\t🐶\u200d", *BIDI, *INVISIBLE, *CONTROL]))
torn = st.text(st.sampled_from("ᄒ\u1161\u11abe\u0301\u200b\ufeff "))

# A busy machine is slow, not wrong.
patient = settings(deadline=None)


@patient
@given(readable | tricky | torn)
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


@patient
@given(readable | tricky | torn)
def test_clean_text_is_composed(text):
    assert unicodedata.is_normalized("NFC", clean(text))


@patient
@given(readable | tricky | torn)
def test_clean_text_is_trimmed(text):
    assert clean(text) == clean(text).strip()


@patient
@given(readable | tricky | torn)
def test_clean_text_holds_no_control_but_line_and_tab(text):
    controls = {sign for sign in clean(text) if unicodedata.category(sign) == "Cc"}
    assert controls <= {"\n", "\t"}


@patient
@given(readable | tricky | torn)
def test_clean_text_can_be_stored(text):
    assert clean(text).encode().decode() == clean(text)


@patient
@given(st.text(st.characters(whitelist_categories=["Lo", "Ll", "Nd"])))
def test_letters_and_digits_are_only_composed(text):
    letters = "".join(sign for sign in text if sign not in BIDI + INVISIBLE)
    assert clean(letters) == unicodedata.normalize("NFC", letters)


@patient
@given(readable, readable, st.sampled_from(["\x00", "\ud800", "\udbff", "\udc00", "\udfff"]))
def test_nul_and_half_a_surrogate_pair_are_refused(before, after, sign):
    with pytest.raises(UnreadableTextError):
        clean(before + sign + after)


@pytest.mark.parametrize("sign", [*BIDI, *INVISIBLE], ids=lambda sign: f"U+{ord(sign):04X}")
def test_a_sign_that_nobody_sees_is_taken_out(sign):
    assert clean(f"먹지{sign} 마세요") == "먹지 마세요"


@pytest.mark.parametrize("sign", [*CONTROL], ids=lambda sign: f"U+{ord(sign):04X}")
def test_a_control_sign_becomes_a_space(sign):
    assert clean(f"밥{sign}물") == "밥 물"


def test_hangul_typed_on_a_mac_is_the_same_word():
    assert clean(unicodedata.normalize("NFD", "강아지")) == "강아지"


def test_hangul_taken_apart_by_an_invisible_sign_is_the_same_word():
    assert clean("ᄒ\u200b\u1161\u11ab") == "한"


def test_line_ends_of_all_systems_are_one():
    assert clean("하나\r\n둘\r셋\n넷") == "하나\n둘\n셋\n넷"


def test_a_joined_emoji_stays_whole():
    assert clean("👩\u200d⚕\ufe0f 🐕\u200d🦺") == "👩\u200d⚕\ufe0f 🐕\u200d🦺"


def test_text_of_nothing_visible_is_empty():
    assert clean(" \u200b\n\u3000\ufeff\t") == ""
