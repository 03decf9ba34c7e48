"""분석 프롬프트 구성 → 대화 텍스트 구성: what a model is asked, each message under a short name.

Numbers and addresses that name a person are left out: no note needs them.
"""

import hashlib
from functools import cache

from django.template.loader import render_to_string

from inference.llm.base import Request, Turn
from inference.masking import mask
from soap.draft import Said, Talk

LONGEST_TOKENS = 2500
LONGEST_MESSAGE, LONGEST_TRANSCRIPT = 2000, 20_000
ROLES = {"owner": "보호자", "assistant": "상담 도우미"}


def build(talk: Talk) -> Request:
    """The request for one talk."""
    text = f"<pet>\n{_profile(talk)}\n</pet>\n<talk>\n{_conversation(talk)}\n</talk>"
    return Request(
        system=_system(),
        turns=(Turn("user", text),),
        question="",
        materials=(),
        urgency=talk.urgency or "home",
        longest_tokens=LONGEST_TOKENS,
    )


def names_of(talk: Talk) -> dict[str, str]:
    """Short name -> message id: m1, m2, …, in the order of the talk."""
    return {f"m{number}": one.id for number, one in enumerate(talk.said, start=1)}


def version() -> str:
    """A value that changes with the words of the prompt."""
    return hashlib.sha256(_system().encode()).hexdigest()[:8]


@cache
def _system() -> str:
    return render_to_string("prompts/note.md").strip()


def _profile(talk: Talk) -> str:
    animal = talk.animal
    lines = {
        "name": animal.name, "species": animal.species, "breed": animal.breed,
        "age_months": animal.age_months, "weight_kg": animal.weight_kg, "sex": animal.sex,
        "medicines": ", ".join(animal.medicines), "allergies": ", ".join(animal.allergies),
        "conditions": ", ".join(animal.conditions),
    }  # fmt: skip
    return "\n".join(f"{key}: {_plain(str(value))}" for key, value in lines.items() if value)


def _conversation(talk: Talk) -> str:
    """One line a message; text can neither close its frame nor open another."""
    return "\n".join(
        f"{name} {ROLES[one.role]}: {_plain(one.text)[: _longest(one)]}"
        for name, one in zip(names_of(talk), talk.said, strict=True)
    )


def _longest(said: Said) -> int:
    """An hour of talk at a clinic is a message too."""
    return LONGEST_TRANSCRIPT if said.is_transcript else LONGEST_MESSAGE


def _plain(text: str) -> str:
    return " ".join(mask(text).replace("<", "‹").replace(">", "›").split())
