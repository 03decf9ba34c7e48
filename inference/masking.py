"""Takes out of an owner's words what names people, and leaves the rest as it was said."""

import re
from collections.abc import Iterable

NAME, PHONE, MAIL, CHIP = "[이름]", "[전화번호]", "[이메일]", "[등록번호]"

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

_PARTICLES = (
    r"(?:이라는|이라고|이라서|이에요|이예요|입니다|때문에|한테|에게|께서|처럼|같이|보다|부터|까지|마저|조차|"
    r"하고|이랑|라는|라고|라서|인데|예요|에요|이는|이가|이고|이|가|은|는|을|를|도|만|의|와|과|랑|야|아|께|네|"
    r"고|님|요|여)"
)
_WORD_BEFORE = r"(?:(?<![가-힣A-Za-z0-9])|(?<=우리)|(?<=울))"
_WORD_AFTER = rf"(?={_PARTICLES}{{0,3}}(?![가-힣A-Za-z0-9]))"


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text without phone numbers, e-mail addresses, register numbers and these names.

    A name is masked where it stands as a word, alone or before particles, which are kept:
    "보리가" becomes "[이름]가", "보리차" stays.
    """
    masked = _MAIL.sub(MAIL, text)
    masked = _CHIP.sub(CHIP, masked)
    masked = _PHONE.sub(PHONE, masked)
    longest_first = sorted({name.strip() for name in names} - {""}, key=len, reverse=True)
    if not longest_first:
        return masked
    any_name = "|".join(map(re.escape, longest_first))
    named = re.compile(f"{_WORD_BEFORE}(?:{any_name}){_WORD_AFTER}", re.IGNORECASE)
    return named.sub(NAME, masked)
