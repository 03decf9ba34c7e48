"""A clause as a sentence of a note: as the owner said it, ended where it was cut."""

import re
from collections.abc import Sequence

from soap.extraction.clauses import Clause

_LEADING = re.compile(
    r"^(?:(?:네+(?!\s*(?:번|회|개|조각|시|마리|알|정|군데|살|달|주|차례|숟|방울|캔|포|컵|봉|배|발|다리))|예|넵|응|아+|어+|음+|저기|저기요|그리고|그리구|근데|그런데|아니|아뇨|아니요|참|일단|그냥|혹시|하이|hi|hello|ㅇㅇ|그래서|그니까|그러니까|아 참|또)(?:[\s,]+|$))+",
    re.I,
)


def tidy(text: str) -> str:
    """Without words of address at its head and odd signs at its ends."""
    return _LEADING.sub("", text.strip()).strip(" ,.-~") if text else ""


def finished(clauses: Sequence[Clause], *, is_last: bool) -> str:
    """The clauses in a row, word for word; dots show where the sentence went on."""
    text = " ".join(clause.text for clause in clauses)
    return text if is_last or not clauses[-1].joins else f"{text}…"
