"""The lexicon of signs: which of them a squeezed clause names, and whether it means them."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from inference.triage.meant import is_meant
from inference.triage.signs import compile_sign

TAIL = 16
# "밥을 안 먹는 건 아니에요": the lost function is denied in its turn.
_TAKEN_BACK = re.compile(
    r"^.{0,3}?(?:건아니|거는아니|것은아니|지는않|진않|지도않|적(?:은|도|이)?없)"
)
_DENIED = re.compile(
    r"^[은는이가을를도]?(?:전혀|별로|아직|하나도|한번도|딱히|더이상|이제)*(?:안(?!구|좋|정|쪽|약|절)|않|없|못(?:봤|본|느))"
    r"|^[가-힣]{0,6}?(?:지는|진|지도|지를|지|질|거나하진|거나하지는?)(?:않|못)"
    r"|^[가-힣]{0,4}?(?:적|일|건|것|거)(?:은|이|도)?(?:전혀|한번도|아예|아직)*(?:없|아니)|^(?:은|는|이|가|도)?(?:아니|아닌|음성)"
    r"|^[가-힣]{0,2}?(?:이나|거나|이랑|랑|과|와|하고|도|나)[가-힣]{1,10}?(?:은|는|도|이|가)?(?:전혀|한번도)?(?:없|안(?:해|했|하|나|보))"
    r"|^[가-힣]{1,2}(?:은|는|이|가|도)(?:전혀|별로|아직|하나도)*없"
    r"|^(?:이|가|은|는|도)?(?:멈췄|멎었|그쳤|사라졌|없어졌|괜찮|정상)"
)
# "피가 안 멈춰요": what does not stop goes on.
_GOES_ON = re.compile(
    r"^.{0,6}?(?:안|않|못|지)(?:멈|멎|그치|그쳐|낫|나아|가라|빠지|없어지|사라|떨어|내려|줄|좋아)|^.{0,4}?(?:멈추|멎|그치|낫|나아지|가라앉|빠지|없어지|사라지|떨어지|내리|줄|줄어들|좋아지)(?:지를?|질|지가|지도|지)(?:않|못)"
)
# "흥분하면 더 심해요": when it gets worse is neither affirmed nor denied.
_IF = re.compile(r"^[가-힣]{0,3}?(?:면(?!서)|때(?:는|만|도|마다)?|땐)")
# "다리는 안 절어요": the letters between hold the negation.
_NEGATION = re.compile(r"안|못|없|않|빠|떨어|저하|부진")
_NEGATED_INSIDE = re.compile(r"[가-힣](?:안|못)[가-힣]{1,2}$")
LEXICON = Path(__file__).with_name("signs.yaml")


@dataclass(frozen=True)
class Sign:
    """One entry. `is_lost`: a function is gone, so its words hold a negation of their own."""

    name: str
    system: str
    said: tuple[re.Pattern[str], ...]
    is_lost: bool = False


@dataclass(frozen=True)
class Named:
    """A sign in a clause, by which words, and whether it is said to be so."""

    sign: Sign
    words: str
    at: int
    is_meant: bool
    is_conditional: bool = False


@dataclass(frozen=True)
class Lexicon:
    signs: tuple[Sign, ...]
    topics: re.Pattern[str]
    functions: re.Pattern[str]


@cache
def lexicon() -> Lexicon:
    raw = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    return Lexicon(
        tuple(_sign(entry) for entry in raw["signs"]),
        re.compile(re.sub(r"\s+", "", raw["topics"])),
        re.compile(re.sub(r"\s+", "", raw["functions"])),
    )


def named(squeezed: str) -> tuple[Named, ...]:
    """The signs of a squeezed clause, each once: as meant when it is meant anywhere in it."""
    found = (_first(sign, squeezed) for sign in lexicon().signs)
    return tuple(one for one in found if one is not None)


def _sign(entry: dict[str, Any]) -> Sign:
    said = tuple(compile_sign(words, {}) for words in entry["said"])
    return Sign(entry["name"], entry["system"], said, entry.get("lost", False))


def _first(sign: Sign, squeezed: str) -> Named | None:
    found: Named | None = None
    for pattern in sign.said:
        for match in pattern.finditer(squeezed):
            tail = squeezed[match.end() : match.end() + TAIL]
            if sign.is_lost:
                is_plain = not _NEGATION.search(match.group())
                meant = not (_TAKEN_BACK.search(tail) or (is_plain and _DENIED.search(tail)))
            elif _NEGATED_INSIDE.search(match.group()):
                meant = False
            else:
                goes_on = bool(_GOES_ON.search(tail))
                denied = _DENIED.search(tail) or not is_meant(squeezed, *match.span())
                meant = goes_on or not denied
            is_conditional = not meant and bool(_IF.search(tail))
            found = Named(sign, match.group(), match.start(), meant, is_conditional)
            if meant:
                return found
    return found
