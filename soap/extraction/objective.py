"""O: what was measured or seen, and nothing else."""

import re
from collections.abc import Iterator

from soap.draft import NOT_EXAMINED, Evidence, Sentence, Talk
from soap.extraction.facts import Told
from soap.extraction.plan import cleaned, lines

_SHOWS = re.compile(
    r"(?:사진|영상|동영상)(?:을|를|에서|에|에는|상|으로|속)?\s*[가-힣\s]{0,12}?(?:보니|보면|봤|보여|보이|에서|상으로|확인).{0,80}?(?:보여|보이|있어요|있습니다|관찰|확인)"
)
_ONLY_ASKS = re.compile(
    r"주세요|\?|올려|보내|찍어|수\s*있어요$|없어서|알 수 없|가져가|부탁|진료를|병원"
)


def sentences(talk: Talk, told: Told) -> tuple[Sentence, ...]:
    """Measured values, photos, and the registered weight; without any measurement it says so."""
    found = [Sentence(fact.text, fact.evidence) for fact in told.objective]
    found += _seen_by_assistant(talk)
    if not found:
        found = [Sentence(NOT_EXAMINED, ())]
    if talk.animal.weight_kg:
        text = f"등록된 체중 {talk.animal.weight_kg:g}kg (프로필)"
        found.append(Sentence(text, (Evidence("profile", "weight_kg"),)))
    return tuple(found)


def _seen_by_assistant(talk: Talk) -> Iterator[Sentence]:
    for said in talk.assistants:
        for _heading, line in lines(said.text):
            if _SHOWS.search(line) and not _ONLY_ASKS.search(line):
                yield Sentence(f"{cleaned(line)} (사진)", (Evidence("message", said.id),))
