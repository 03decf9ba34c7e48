"""Numbers that name a person (telephone, register, card) never leave the engine.

Names are left: an owner's own words about the own pet.
"""

import re
from collections.abc import Sequence

from inference.masking import spans
from transcription.engines.base import Word
from transcription.rewording import Change, placed, reworded

DIGITS = dict(zip("공영일이삼사오육륙칠팔구", "001234566789", strict=True))
_SPELT = "[공영일이삼사오육륙칠팔구]"
# Nine digits said one by one are no amount of anything. "에" and "다시" are said for hyphens.
_LISTED = re.compile(rf"(?<![가-힣]){_SPELT}(?:[\s,-]*(?:에|다시)?[\s,-]*{_SPELT}){{8,}}")
_TELEPHONE, _REGISTER, _CARD = 11, 13, 16


def without_private(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with a mark in place of such numbers, written or spelt out."""
    line, _ = placed(words)
    written = reworded(words, [_written(found) for found in _LISTED.finditer(line)])
    line, _ = placed(written)
    return reworded(written, spans(line))


def _written(found: re.Match[str]) -> Change:
    """In figures, as far as the number goes: what follows may be the "이" of "이에요"."""
    places = [at for at, one in enumerate(found[0]) if one in DIGITS]
    digits = "".join(DIGITS[found[0][at]] for at in places)[: _length(found[0], len(places))]
    return found.start(), found.start() + places[len(digits) - 1] + 1, _grouped(digits)


def _length(spelt: str, said: int) -> int:
    is_mobile = DIGITS[spelt[0]] == "0"
    lengths = (_TELEPHONE,) if is_mobile else (_CARD, _REGISTER)
    return next((length for length in lengths if said >= length), said)


def _grouped(digits: str) -> str:
    if digits.startswith("0"):
        return f"{digits[:3]}-{digits[3:-4]}-{digits[-4:]}"
    return f"{digits[:6]}-{digits[6:]}" if len(digits) == _REGISTER else digits
