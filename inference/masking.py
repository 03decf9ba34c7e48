"""Takes out of an owner's words what names people, and leaves the rest as it was said."""

import re
from collections.abc import Callable, Iterable
from datetime import date

NAME, PHONE, MAIL, CHIP = "[이름]", "[전화번호]", "[이메일]", "[등록번호]"
RESIDENT, CARD = "[주민등록번호]", "[카드번호]"

_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)  # fmt: skip
_GAP = r"[-–.\s)]{0,3}"
_PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+?82{_GAP}\(?0?|\(?0)(?:2|[1-9]\d{{1,2}}){_GAP}\d{{3,4}}{_GAP}\d{{4}}"
    r"|1[568]\d\d-\d{4})(?!\d)"
)
# A registered animal's number: 15 digits, Korea's begin with 410.
_CHIP = re.compile(r"(?<!\d)410[- ]?\d{3}[- ]?\d{3}[- ]?\d{3}[- ]?\d{3}(?!\d)")

# A birthday, then the century and sex (5 to 8 for foreigners) and six digits more.
_JOINT = r"[ \t]?[-–—.]?[ \t]?"
_RESIDENT = re.compile(
    rf"(?<!\d)(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]){_JOINT}([1-8])\d{{6}}(?!\d)"
)
# Groups of four up to 19 digits; 14 (Diners) and 15 (American Express) in three groups. No card
# begins as a year of this century does. The longer one first: a figure may follow a card.
_APART = r"(?<!\d)(?<!\d\.)"
_CARD_HEAD = rf"{_APART}(?:2[2-7]|[3-69]\d)\d\d"
_CARD_LONG = re.compile(rf"{_CARD_HEAD}(?:{_JOINT}\d{{4}}){{3}}(?:\d\d?|{_JOINT}\d{{3}})(?!\d)")
_CARD = re.compile(
    rf"{_CARD_HEAD}(?:{_JOINT}\d{{4}}){{3}}(?!\d)"
    rf"|{_APART}3[0-9]\d\d{_JOINT}\d{{6}}{_JOINT}\d{{4,5}}(?!\d)|{_APART}4\d{{12}}(?!\d)"
)

_PARTICLES = (
    r"(?:이라는|이라고|이라서|이에요|이예요|입니다|때문에|한테|에게|께서|처럼|같이|보다|부터|까지|마저|조차|"
    r"하고|이랑|라는|라고|라서|인데|예요|에요|이는|이가|이고|이|가|은|는|을|를|도|만|의|와|과|랑|야|아|께|네|"
    r"고|님|요|여)"
)
_WORD_BEFORE = r"(?:(?<![가-힣A-Za-z0-9])|(?<=우리)|(?<=울))"
_WORD_AFTER = rf"(?={_PARTICLES}{{0,3}}(?![가-힣A-Za-z0-9]))"

_Kind = tuple[str, re.Pattern[str], Callable[[re.Match[str]], bool]]


def _always(_: re.Match[str]) -> bool:
    return True


def _has_birthday(number: re.Match[str]) -> bool:
    year, month, day, century = map(int, number.groups())
    try:
        date((1900 if century in (1, 2, 5, 6) else 2000) + year, month, day)
    except ValueError:
        return False
    return True


def _adds_up(number: re.Match[str]) -> bool:
    """Whether the last digit is the check digit of the others (Luhn, ISO/IEC 7812-1)."""
    digits = [int(one) for one in reversed(number[0]) if one.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


_KINDS: tuple[_Kind, ...] = (
    (MAIL, _MAIL, _always),
    (CHIP, _CHIP, _always),
    (RESIDENT, _RESIDENT, _has_birthday),
    (CARD, _CARD_LONG, _adds_up),
    (CARD, _CARD, _adds_up),
    (PHONE, _PHONE, _always),
)


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text without the numbers, addresses and names that `spans` finds."""
    for start, end, label in reversed(spans(text, names)):
        text = text[:start] + label + text[end:]
    return text


def spans(text: str, names: Iterable[str] = ()) -> list[tuple[int, int, str]]:
    """Where something names a person, and what stands for it: in order, without overlaps.

    E-mail addresses, telephone, register and card numbers, and these names. A name is found where
    it stands as a word, alone or before particles, which are kept: "보리가" becomes "[이름]가",
    "보리차" stays.
    """
    found: list[tuple[int, int, str]] = []
    for label, pattern, is_real in (*_KINDS, *_named(names)):
        at = 0
        while match := pattern.search(text, at):
            start, end = match.span()
            is_free = all(end <= begin or over <= start for begin, over, _ in found)
            # What only looked like a number may begin before a real one.
            at = start + 1
            if is_free and is_real(match):
                found.append((start, end, label))
                at = end
    return sorted(found)


def _named(names: Iterable[str]) -> list[_Kind]:
    longest_first = sorted({name.strip() for name in names} - {""}, key=len, reverse=True)
    if not longest_first:
        return []
    any_name = "|".join(map(re.escape, longest_first))
    pattern = re.compile(f"{_WORD_BEFORE}(?:{any_name}){_WORD_AFTER}", re.IGNORECASE)
    return [(NAME, pattern, _always)]
