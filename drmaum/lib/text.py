"""Text from outside, made safe to store and to show. Domain-free."""

import re
import unicodedata

# Bidirectional overrides can make a sentence read as its opposite; zero-width signs hide in
# words. The zero-width joiner stays: emoji are built with it.
_INVISIBLE = re.compile(
    "[\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class UnreadableTextError(ValueError):
    """The text holds NUL or half of a surrogate pair: PostgreSQL and UTF-8 refuse it."""


def clean(text: str) -> str:
    """Return `text` composed (NFC), without invisible signs, trimmed.

    Raises UnreadableTextError.
    """
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise UnreadableTextError
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    visible = _CONTROL.sub(" ", _INVISIBLE.sub("", lines))
    return unicodedata.normalize("NFC", visible).strip()
