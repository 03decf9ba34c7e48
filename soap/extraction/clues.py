"""Clauses of a sentence side by side: what a question, the past or a neighbour does to them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from soap.extraction import meant, measures
from soap.extraction.clauses import Clause
from soap.extraction.meant import Sense
from soap.extraction.signs import Named


@dataclass(frozen=True)
class Clue:
    """A clause with how it is meant."""

    clause: Clause
    sense: Sense
    signs: tuple[Named, ...]
    measure: measures.Measure | None = None

    @property
    def meant_signs(self) -> tuple[str, ...]:
        return tuple(one.sign.name for one in self.signs if one.is_meant)


# "소금물 먹여서 토하게 해도 돼요?": what comes before is how.
_MAY = re.compile(r"도\s*(?:되|돼|될|괜찮)")


def asked_places(run: Sequence[Clause]) -> set[int]:
    """The clauses that a question at the end takes with it: "토하고 설사하면 가야 하나요"."""
    if not meant.is_asked(run[-1]):
        return set()
    places = {len(run) - 1}
    is_permission = bool(_MAY.search(run[-1].text))
    for place in range(len(run) - 2, -1, -1):
        is_means = is_permission and run[place].joins.endswith(("서", "고", "구"))
        is_told = run[place].protects or meant.is_in_past_tense(run[place].text)
        if is_told and not is_means:
            break
        places.add(place)
    return places


def is_past_here(clause: Clause, past: bool) -> bool:
    if meant.is_past(clause.text):
        return True
    return past and not meant.is_of_today(clause.text) and meant.is_in_past_tense(clause.text)


def stays_with_other(reads: list[Clue]) -> bool:
    """Whether the next sentence without a subject still speaks of the other animal, which was
    said to be ill."""
    last = reads[-1]
    if last.sense is not Sense.OTHERS:
        return False
    return any(
        one.sense is Sense.OTHERS
        and (one.meant_signs or one.clause.text.endswith(("대요", "래요")))
        for one in reads
    )


def with_old_weights(reads: list[Clue]) -> list[Clue]:
    """A value of before stays beside the same kind of value of now: "3.9kg였는데 3.4kg예요"."""
    kinds = {
        kind
        for one in reads
        if one.measure and one.sense is Sense.NOW
        for kind in one.measure.kinds
    }
    return [
        replace(one, sense=Sense.NOW)
        if one.sense is Sense.PAST and one.measure and kinds & set(one.measure.kinds)
        else one
        for one in reads
    ]


def with_companions(reads: list[Clue]) -> list[Clue]:
    """What goes on from a fact in the same sentence is one too: "혹이 있고 딱딱해요"."""
    if not any(one.sense is Sense.NOW for one in reads):
        return reads
    return [
        replace(one, sense=Sense.NOW) if one.sense is Sense.NOISE and _is_plain(one) else one
        for one in reads
    ]


def _is_plain(one: Clue) -> bool:
    text = one.clause.text
    tags = {piece.tag.split("+")[0] for piece in one.clause.pieces}
    is_chat = meant.stripped(text) != text or meant.intends(text)
    return not is_chat and len(text) > 1 and bool(tags & {"VV", "VA", "XSA", "XSV", "XR"})


def groups(reads: list[Clue], *, is_photo: bool) -> Iterator[tuple[str, list[Clue]]]:
    """Neighbouring clauses of one section; in S, one fact each."""
    group: list[Clue] = []
    section = ""
    for place, one in enumerate(reads):
        here = _section(one, reads[place + 1 :], is_photo=is_photo)
        if group and (here != section or (here == "S" and _starts_anew(group, one))):
            yield section, group
            group = []
        section = here
        if here:
            group.append(one)
    if group:
        yield section, group


def _section(one: Clue, rest: list[Clue], *, is_photo: bool) -> str:
    if one.sense is Sense.PAST:
        return "past"
    is_led = (
        bool(rest)
        and rest[0].measure is not None
        and rest[0].sense is Sense.NOW
        and one.sense in (Sense.NOW, Sense.NOISE)
        and not one.meant_signs
        and measures.leads_to_value(one.clause.text)
    )
    if is_led:
        return "O"
    if one.sense is not Sense.NOW:
        return ""
    return "O" if one.measure is not None or is_photo else "S"


def _starts_anew(group: list[Clue], one: Clue) -> bool:
    held = {name for earlier in group for name in earlier.meant_signs}
    is_open = group[-1].clause.joins.endswith(("서", "다가", "자마자", "면서", "니까", "더니"))
    return (
        bool(held)
        and bool(set(one.meant_signs) - held)
        and not is_open
        and len(one.clause.text) > 4
    )
