"""Sentences and clauses of what an owner typed or said, with or without blanks and full stops."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from inference.knowledge.morphemes import Tagged, tagged
from inference.triage.reading import squeeze

LONGEST_READ = 8000
LONGEST_PIECE = 600
# Between digits a dot, a comma and a tilde belong to the number.
_CUT = re.compile(
    r"(?<!\d)[.,~]+|[.,~]+(?!\d)|[!?…;。\n\r|]+|\s/\s|[ㅠㅜㅋㅎㅡ]{1,}|\^+|:\)|[\U0001F000-\U0001FAFF☀-➿❤♥]+"
)
_SPACES = re.compile(r"\s+")
_JOINS = re.compile(
    r"(?:(?:는|은|인|운|던|한|건|큰|픈|쁜|린|진|런|ㄴ)데도?|지만|거든|더니|니까|니깐|으나|길래|구|고|며|면서)$"
)
_REASON = re.compile(r"(?:[어아해여와워려져쳐려켜겨]서|다가|자마자)$")
_CONTRAST = re.compile(r"(?:데도?|지만|거든|더니|니까|니깐|으나|길래|서)$")
# "하거든요" tells; triage reads a condition in it.
_SEEMING = re.compile(r"같기도(?:하|해)")
# "냄새도 나요" tells; only "나나요" asks.
_COMES = re.compile(
    r"(냄새|열|피|물|름|땀|소리|침|거품|각질|비듬|딱지|티)(?:이|가|도|은|는|만)?(?:엄청|너무|많이|심하게|좀|조금|자주|계속|자꾸|가끔)*나요$"
)
_TELLING = re.compile(r"거든요?$")
_ENDS = ("다", "까", "네", "죠", "어", "아", "야", "군", "래", "대", "음", "함", "임", "해")
# "마비는 없음 다리 다 움직임": notes to oneself, without an ending.
_NOUNED = ("음", "함", "임", "됨", "짐", "옴", "감", "남")
_SHORT = ("어", "아", "야", "해", "래", "대", "네")
_GOES_ON = ("VX", "JX")
_AUXILIARY = re.compile(r"^(?:있|싶|나서|나니|나면|나|말|계|는|도|요|부터)")
_MANNER = re.compile(
    r"(?:들고|안고|업고|물고|려고|라고|다고|자고|냐고|데리고|가지고|갖고|끌고|타고|두고|벌리고|감고)$"
)


@dataclass(frozen=True)
class Clause:
    """One clause as it was said. `joins` is its connective, empty at the end of a sentence."""

    text: str
    joins: str
    pieces: tuple[Tagged, ...] = field(repr=False)
    asked: bool = False

    @property
    def squeezed(self) -> str:
        plain = _TELLING.sub("어요", squeeze(self.text))
        return _SEEMING.sub("같아", _COMES.sub(r"\1나와요", plain))

    @property
    def protects(self) -> bool:
        """Whether what it says stands, whatever is asked after it."""
        return bool(_CONTRAST.search(self.joins))


def sentences(text: str) -> Iterator[tuple[Clause, ...]]:
    """The sentences of a message as runs of clauses. Never raises for any text."""
    for piece, mark in _cut(text[:LONGEST_READ].replace("\x00", " ")):
        for start in range(0, len(piece), LONGEST_PIECE):
            runs = list(_runs(piece[start : start + LONGEST_PIECE]))
            for place, run in enumerate(runs):
                yield _clauses(run, asked="?" in mark and place == len(runs) - 1)


def _cut(text: str) -> Iterator[tuple[str, str]]:
    begin = 0
    for match in _CUT.finditer(text):
        yield from _cleaned(text[begin : match.start()], match.group())
        begin = match.end()
    yield from _cleaned(text[begin:], "")


def _cleaned(text: str, mark: str) -> Iterator[tuple[str, str]]:
    plain = _SPACES.sub(" ", text).strip(" '\"()[]·*-•")
    if plain:
        yield plain, mark


def _runs(text: str) -> Iterator[list[Tagged]]:
    """Cut where a verb has come to its end and something new begins."""
    pieces = tagged(text)
    run: list[Tagged] = []
    for place, piece in enumerate(pieces):
        run.append(piece)
        follower = pieces[place + 1] if place + 1 < len(pieces) else None
        if follower is not None and _is_end(piece, follower, run[-2:-1]):
            yield run
            run = []
    if run:
        yield run


def _is_end(piece: Tagged, follower: Tagged, before: list[Tagged]) -> bool:
    first = follower.tag.split("+")[0]
    is_apart = follower.start > piece.end
    is_glued = bool(before) and before[0].end == piece.start
    if piece.text.endswith("요") and is_apart and (piece.tag[0] in "VEJXI" or is_glued):
        return True
    if piece.text.endswith("야") and follower.text.startswith(("하", "할", "되", "될", "돼")):
        return False
    last = piece.tag.split("+")[-1]
    if last == "ETN" and is_apart and piece.text.endswith(_NOUNED):
        return first.startswith("N")
    if last != "EF" or first in ("JX", "EF", "EC", "ETM", "JKQ", "VCP"):
        return False
    if piece.text.endswith("요"):
        return True
    return piece.text.endswith(_ENDS) and (is_apart or not piece.text.endswith(_SHORT))


def _clauses(run: list[Tagged], *, asked: bool) -> tuple[Clause, ...]:
    found: list[Clause] = []
    part: list[Tagged] = []
    for place, piece in enumerate(run):
        part.append(piece)
        rest = run[place + 1 :]
        if rest and (joins := _connective(piece, rest[0], part)):
            found.append(_clause(part, joins, asked=False))
            part = []
    found.append(_clause(part, "", asked=asked))
    return tuple(found)


def _connective(piece: Tagged, follower: Tagged, part: list[Tagged]) -> str:
    """The connective that ends a clause here, or an empty text."""
    if "EC" not in piece.tag.split("+")[-1:]:
        return ""
    whole = _text(part)
    if follower.tag.split("+")[0] in _GOES_ON and follower.start == piece.end:
        return ""
    if piece.text.endswith(("고", "구")) and (
        _AUXILIARY.match(follower.text) or _MANNER.search(whole) or "VX" in follower.tag
    ):
        return ""
    found = _JOINS.search(whole) or _REASON.search(whole)
    return found.group() if found else ""


def _clause(part: list[Tagged], joins: str, *, asked: bool) -> Clause:
    return Clause(_text(part), joins, tuple(part), asked)


def _text(part: list[Tagged]) -> str:
    """The words as they stood: a blank where there was one."""
    text, end = "", None
    for piece in part:
        text += (" " if end is not None and piece.start > end else "") + piece.text
        end = piece.end
    return text
