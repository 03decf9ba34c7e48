"""What a note must and must not say, read off the difference between a draft and what a vet made
of it. Pure text.

A sentence that the vet let stand or wrote becomes a fact whose words have to stand together, in
any order and with any ending: other drafts say the same in other words. A drafted sentence that
the vet took out is forbidden as it was: a looser form would forbid what is true.
"""

import re
from collections.abc import Mapping, Sequence

from soap.evaluation.notes import holds, plainly

MUST = ("S", "O")
_WORD = re.compile(r"[^\s,;:·()\[\]{}<>\"'“”‘’!?~+]+|\[[^\[\]\s]+\][가-힣]*")
# Parting with one too many only loosens: "고양" stands in "고양이".
_PARTICLE = re.compile(
    r"(?<=[가-힣])(?:에서부터|에서는|에서도|에서|부터는|부터|까지는|까지|이라도|라도|으로는|으로|로는|에게|한테|하고|"
    r"이랑|처럼|보다|마다|마저|조차|에는|에도|에|이는|이|가|은|는|을|를|도|만|의|와|과|랑|로)$"
)
_NUMBER = re.compile(
    r"^(?:약|총|하루에?)?(?:\d[\d.,/~-]*|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|몇|반)$"
)
# After a number stands its unit, and only then an ending.
_ENDING = re.compile(
    r"(?:이?였.*|이었.*|이에요|예요|입니다|이고|이며|부터|까지|정도|으로|에서|에|쯤|씩|고|이|가|은|는|을|를|로)$"
)
_DENIAL = re.compile(r"없|않|아니|못")


def facts_of(
    drafted: Mapping[str, Sequence[str]],
    approved: Mapping[str, Sequence[str]],
    names: Sequence[str] = (),
) -> dict[str, object]:
    """The facts of a case from sentences by section; `names` need not be said again."""
    must = {
        section: list(
            dict.fromkeys(filter(None, (fact_of(one, names) for one in approved[section])))
        )
        for section in MUST
    }
    return {"must": must, "must_not": _removed(drafted, approved)}


def fact_of(sentence: str, names: Sequence[str] = ()) -> str:
    """The words of a sentence that carry it, joined as parts of one fact."""
    words = [word.strip(".-") for word in _WORD.findall(sentence)]
    counted = _with_units([word for word in words if word and not _is_mask(word)])
    *said, last = [_bare(word) for word in counted] or [""]
    denied = _DENIAL.search(last)
    if denied:
        said.append(denied[0])
    elif not said or _has_number(last):
        said.append(last)
    return "+".join(dict.fromkeys(word for word in said if word and word not in names))


def _removed(
    drafted: Mapping[str, Sequence[str]], approved: Mapping[str, Sequence[str]]
) -> list[str]:
    """Drafted sentences that the vet's note nowhere says, not even as a part of another."""
    standing = [sentence for sentences in approved.values() for sentence in sentences]
    told = [sentence for sentences in drafted.values() for sentence in sentences]
    gone = [sentence for sentence in told if plainly(sentence) and not _says(standing, sentence)]
    return list(dict.fromkeys(gone))


def _says(standing: Sequence[str], sentence: str) -> bool:
    return holds(sentence.replace("+", " "), standing)


def _with_units(words: Sequence[str]) -> list[str]:
    """A number and what it counts are one word: "세 번"."""
    joined: list[str] = []
    is_open = False
    for word in words:
        if is_open:
            joined[-1] = f"{joined[-1]} {word}"
        else:
            joined.append(word)
        is_open = bool(_NUMBER.match(word)) and not is_open
    return joined


def _bare(word: str) -> str:
    """Without its particle; a unit may look like one."""
    return (_ENDING if _has_number(word) else _PARTICLE).sub("", word)


def _has_number(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _is_mask(word: str) -> bool:
    return word.startswith("[")
