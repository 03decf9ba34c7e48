"""Whether a clause tells something, and of whom."""

from collections.abc import Sequence

from soap.extraction import meant
from soap.extraction.clauses import Clause
from soap.extraction.signs import Named

HAS_VERB = ("VV", "VA", "VX", "VCN", "XSV", "XSA")
_MANNER = (
    "쪽",
    "쪽만요",
    "쪽요",
    "만요",
    "처럼",
    "같이",
    "만큼",
    "으로",
    "색",
    "정도",
    "쯤",
    "씩",
    "째",
)


def has_story(clause: Clause) -> bool:
    """Whether it says of something that it does, is or was so."""
    tags = {piece.tag.split("+")[0] for piece in clause.pieces}
    return (
        bool(tags & {"VV", "VA", "XSA"})
        and bool(tags & {"NNG", "NNP"})
        and len(clause.squeezed) > 4
    )


def is_fragment(clause: Clause) -> bool:
    """Words without a verb that say how something is: "물처럼", "노란색으로"."""
    tags = {piece.tag.split("+")[0] for piece in clause.pieces}
    return not tags & set(HAS_VERB) and clause.squeezed.endswith(_MANNER)


def words(run: Sequence[Clause]) -> str:
    return " ".join(clause.text for clause in run)


def is_of_others(whole: str, clause: Clause, signs: tuple[Named, ...]) -> bool:
    """A person's body, or what people say without having seen it."""
    heard = meant.is_hearsay(whole, clause.text) or meant.is_hearsay(clause.text, clause.text)
    return heard or meant.is_person(clause.text, signs)
