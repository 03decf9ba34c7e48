"""SOAP 요소 추출: a model's lines become sentences of the note where something carries them.

What is dropped and counted: a line without evidence, or whose numbers or words do not stand in
it; a sign that the owner denied; in what is advised a diagnosis, a dose, a prescription; anywhere
a link or a text that speaks to a machine. The keyword block is never a model's.
"""

import re
from collections.abc import Iterable

from inference.guard import numbers, support, words
from soap.draft import SECTIONS, Draft, Evidence, Said, Sentence, Talk
from soap.extraction import default
from soap.workflow.analyse import Analysis, Line
from soap.workflow.prompt import names_of, version

LEAST_SUPPORT = {"S": 0.5, "O": 0.5, "A": 0.2, "P": 0.35}
SPEAKER = {"S": "owner", "P": "assistant"}
ASTRAY = ("link", "code", "system_text", "personal_data", "claims_vet")
_NEGATED = r".{0,8}(?:없|않|아니|안 )"


def extract(analysis: Analysis, talk: Talk, model: str) -> Draft:
    """A model's note, of which only what is carried remains; a section that lost everything is
    that of the default structure."""
    plain = default.draft(talk)
    reader = _Reader(talk, plain.denied)
    sections: dict[str, tuple[Sentence, ...]] = {}
    dropped = 0
    for section in SECTIONS:
        lines: list[Line] = getattr(analysis, section)
        kept = [one for line in lines if (one := reader.sentence(section, line)) is not None]
        dropped += len(lines) - len(kept)
        sections[section] = tuple(kept) or plain.sections[section]
    return Draft(
        keywords=plain.keywords,
        sections=sections,
        made_by=model,
        prompt_version=version(),
        dropped=dropped,
        denied=plain.denied,
    )


class _Reader:
    """Holds a model's lines against the talk that they name."""

    def __init__(self, talk: Talk, denied: Iterable[str]) -> None:
        by_id = {one.id: one for one in talk.said}
        self._said = {name: by_id[key] for name, key in names_of(talk).items()}
        self._profile = _profile(talk)
        self._denied = [re.compile(f"{re.escape(sign)}(?!{_NEGATED})") for sign in denied]

    def sentence(self, section: str, line: Line) -> Sentence | None:
        """The line as a sentence with its evidence; None when it does not hold."""
        text = " ".join(line.text.split())
        said = [self._said[name] for name in line.evidence if name in self._said]
        fields = [name for name in line.evidence if name in self._profile]
        grounds = [*(one.text for one in said), *(self._profile[name] for name in fields)]
        if not text or not grounds or not _is_right_speaker(section, said, fields):
            return None
        if self._is_astray(section, text) or numbers.unsupported(text, grounds):
            return None
        if support.share(text, grounds) < LEAST_SUPPORT[section]:
            return None
        evidence = [_evidence(one) for one in said]
        evidence += [Evidence("profile", name) for name in fields]
        return Sentence(text, tuple(evidence))

    def _is_astray(self, section: str, text: str) -> bool:
        problem = words.forbidden(words.normalise(text))
        # What an owner gave, and how much, is a fact of S; nobody may be told to.
        if problem in ASTRAY or (problem is not None and section in ("A", "P")):
            return True
        return section != "P" and any(sign.search(text) for sign in self._denied)


def _is_right_speaker(section: str, said: list[Said], fields: list[str]) -> bool:
    speaker = SPEAKER.get(section)
    if speaker is None:
        return True
    return any(one.role == speaker for one in said) or (section == "S" and bool(fields))


def _evidence(said: Said) -> Evidence:
    return Evidence("audio" if said.is_transcript else "message", said.id)


def _profile(talk: Talk) -> dict[str, str]:
    """What the profile knows, by the names that the prompt uses."""
    animal = talk.animal
    known = {
        "name": animal.name,
        "species": animal.species,
        "breed": animal.breed,
        "sex": animal.sex,
        "age_months": str(animal.age_months or ""),
        "weight_kg": f"{animal.weight_kg}kg" if animal.weight_kg else "",
        "medicines": ", ".join(animal.medicines),
        "allergies": ", ".join(animal.allergies),
        "conditions": ", ".join(animal.conditions),
    }
    return {name: value for name, value in known.items() if value}
