"""O: what was measured or seen, and nothing else."""

import re
from collections.abc import Iterator

from soap.draft import NOT_EXAMINED, Evidence, Said, Sentence, Talk
from soap.extraction.plan import cleaned, lines
from soap.extraction.told import Told

_SHOWS = re.compile(
    r"(?:사진|영상|동영상)(?:을|를|에서|에|에는|상|으로|속)?\s*[가-힣\s]{0,12}?(?:보니|보면|봤|보여|보이|에서|상으로|확인|에).{0,80}?(?:보여|보이|보입|있어요|있습니다|있네요|관찰|확인)"
)
_LOOKED = re.compile(
    r"^[^.]{0,10}(?:사진|영상|동영상)(?:을\s*보니|을\s*보면|에서|상으로|상|에는)\s"
)
_ALSO = re.compile(r"(?:도|또한?|그리고).{0,60}?(?:보여|보이|보입|관찰|확인)")
_ONLY_ASKS = re.compile(
    r"주세요|\?|올려|보내(?!\s*주신)|찍어|수\s*있어요$|없어서|알 수 없|어려워|어렵|힘들어|판단|가져가|부탁|진료를|병원"
)


def sentences(talk: Talk, told: Told) -> tuple[Sentence, ...]:
    """Measured values, photos, and the registered weight; without any measurement it says so."""
    found = [Sentence(fact.text, fact.evidence) for fact in told.objective]
    found += _seen_by_assistant(talk)
    if not found:
        found = [Sentence(NOT_EXAMINED, ())]
    found += [_sent(said) for said in talk.owners if said.photos]
    if talk.animal.weight_kg:
        text = f"등록된 체중 {talk.animal.weight_kg:g}kg (프로필)"
        found.append(Sentence(text, (Evidence("profile", "weight_kg"),)))
    return tuple(found)


def _sent(said: Said) -> Sentence:
    """That photos were sent, and of what; what they show is for a vet to say."""
    parts = ", ".join(dict.fromkeys(part for _photo, part in said.photos if part))
    text = f"보호자가 보낸 사진 {len(said.photos)}장" + (f" ({parts})" if parts else "")
    return Sentence(text, tuple(Evidence("photo", photo) for photo, _part in said.photos))


def _seen_by_assistant(talk: Talk) -> Iterator[Sentence]:
    """What the assistant saw on a photo, and what the next sentence adds: "각질도 보이네요"."""
    for said in talk.assistants:
        shows = False
        for _heading, line in lines(said.text):
            shows = bool(
                _LOOKED.search(line) or _SHOWS.search(line) or (shows and _ALSO.search(line))
            )
            shows = shows and not _ONLY_ASKS.search(line)
            if shows:
                yield Sentence(f"{cleaned(line)} (사진)", (Evidence("message", said.id),))
