"""The small language of signs, which a vet can write.

A sign is words in the order in which an owner says them. A blank between two words lets up to
six letters stand between them ("숨 가쁘" finds "숨이 너무 가쁘고"), `..` up to sixteen. What
stands between may hold no negation, so "숨은 안 가쁘고" is not found. `{name}` is a word list
of the book, `a|b` in parentheses are alternatives. Text is squeezed before: no blanks in it.
"""

import re
from collections.abc import Mapping, Sequence

_NEGATION = r"(?<![동불집차입눈])안(?![고약절쪽방에아압좋심전락마])|않|못|없|아니"
_LETTER = rf"(?:(?!{_NEGATION})[가-힣a-z0-9%.,/+])"
NEAR = rf"{_LETTER}{{0,6}}?"
FAR = rf"{_LETTER}{{0,16}}?"
NEAR_ANY = r"[가-힣a-z0-9]{0,6}?"
FAR_ANY = r"[가-힣a-z0-9]{0,16}?"


class SignError(ValueError):
    """A sign that cannot be read; says which."""


def compile_sign(sign: str, words: Mapping[str, str]) -> re.Pattern[str]:
    """The expression that finds a sign in a squeezed sentence. Raises SignError."""
    filled = fill(sign, words).replace("[가-힣]{", _LETTER + "{")
    pattern = FAR.join(NEAR.join(piece.split()) for piece in filled.split(".."))
    try:
        return re.compile(pattern)
    except re.error as error:
        raise SignError(f"{sign}: {error}") from error


def compile_lookalike(lookalike: str, words: Mapping[str, str]) -> str:
    """The expression of what is blanked out before: here a gap may hold a negation."""
    return FAR_ANY.join(NEAR_ANY.join(part.split()) for part in fill(lookalike, words).split(".."))


def word_lists(raw: Mapping[str, Sequence[str] | str]) -> dict[str, str]:
    """Name -> alternatives. A list may use lists that stand above it."""
    found: dict[str, str] = {}
    for name, entries in raw.items():
        joined = entries if isinstance(entries, str) else "|".join(entries)
        found[name] = f"(?:{fill(joined, found)})"
    return found


def fill(sign: str, words: Mapping[str, str]) -> str:
    for name, alternatives in words.items():
        sign = sign.replace(f"{{{name}}}", alternatives)
    if re.search(r"\{[a-z_]+\}", sign):
        raise SignError(f"{sign}: unknown word list")
    return sign.replace("(", "(?:").replace("(?:?", "(?")
