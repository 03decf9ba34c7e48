"""Telephone numbers as the register has them, in one form. Pure Python."""

import re

# A further number or extension after the first one: "425-7588,7580", "742-4287~8", "879-4478(9)".
_FURTHER = re.compile(r"[,~/;]|(?<=\d)\((?!0)")
_FORMS = (
    re.compile(r"(02)([1-9]\d{2,3})(\d{4})"),
    re.compile(r"(0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4]))([1-9]\d{2,3})(\d{4})"),
    re.compile(r"(01[016-9])(\d{3,4})(\d{4})"),
    re.compile(r"(070|080|050\d)(\d{3,4})(\d{4})"),
    re.compile(r"(1[568]\d\d)(\d{4})"),
)
_LOCAL = re.compile(r"([2-9]\d{2,3})(\d{4})")


def normalised(text: str, area_code: str) -> str:
    """The first number in `text`, hyphenated, with its area code; "" when it is none.

    "574-7975" in 광주 -> "062-574-7975", "15771234" -> "1577-1234". `area_code` may be "".
    """
    first = _FURTHER.split(text.strip(), maxsplit=1)[0]
    groups = re.findall(r"\d+", first)
    # Where somebody separated the digits, a last group of another length is a slip of the pen.
    if len(groups) > 1 and len(groups[-1]) not in (4, 7, 8):
        return ""
    digits = "".join(groups)
    for form in _FORMS:
        if matched := form.fullmatch(digits):
            return "-".join(matched.groups())
    local = _LOCAL.fullmatch(digits)
    return "-".join((area_code, *local.groups())) if local and area_code else ""
